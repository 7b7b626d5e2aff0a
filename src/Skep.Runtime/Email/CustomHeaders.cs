using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using Skep.Abstractions.Email;

namespace Skep.Runtime.Email;

/// <summary>The headers that a worker may give a message (https://developers.cloudflare.com/email-service/reference/headers/).</summary>
internal static class CustomHeaders
{
    private const int MostListed = 20;
    private const int LongestName = 100;
    private const int LongestValue = 2048;
    private const int MostBytes = 16 << 10;

    private static readonly FrozenDictionary<string, string> Fields = new Dictionary<string, string>
    {
        ["From"] = "from", ["To"] = "to", ["Cc"] = "cc", ["Bcc"] = "bcc", ["Subject"] = "subject", ["Reply-To"] = "replyTo",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenSet<string> OfThePlatform = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "Date", "Message-ID", "MIME-Version", "Content-Type", "Content-Transfer-Encoding", "DKIM-Signature", "Return-Path", "Received", "Feedback-ID",
        "TLS-Required", "TLS-Report-Domain", "TLS-Report-Submitter", "CFBL-Address", "CFBL-Feedback-ID");

    // Each with the only values that it may have, or none.
    private static readonly FrozenDictionary<string, string[]> Listed = new Dictionary<string, string[]>
    {
        ["In-Reply-To"] = [],
        ["References"] = [],
        ["List-Unsubscribe"] = [],
        ["List-Unsubscribe-Post"] = ["List-Unsubscribe=One-Click"],
        ["List-Id"] = [],
        ["List-Archive"] = [],
        ["List-Help"] = [],
        ["List-Owner"] = [],
        ["List-Post"] = [],
        ["List-Subscribe"] = [],
        ["Precedence"] = ["bulk", "list", "junk"],
        ["Auto-Submitted"] = ["auto-generated", "auto-replied", "auto-notified"],
        ["Content-Language"] = [],
        ["Keywords"] = [],
        ["Comments"] = [],
        ["Importance"] = ["high", "normal", "low"],
        ["Priority"] = ["normal", "non-urgent", "urgent"],
        ["Sensitivity"] = ["personal", "private", "company-confidential"],
        ["Organization"] = [],
        ["Require-Recipient-Valid-Since"] = [],
        ["Expires"] = [],
        ["Reply-By"] = [],
        ["Archived-At"] = [],
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static readonly FrozenDictionary<string, string> Canonical = Listed.Keys.ToFrozenDictionary(name => name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The headers as they are written.</summary>
    /// <param name="given">Name, value, name, value…</param>
    /// <exception cref="EmailException">One may not be set, or not so.</exception>
    public static List<(string Name, string Value)> Check(IReadOnlyList<string> given)
    {
        List<(string Name, string Value)> headers = [];
        HashSet<string> names = new(StringComparer.OrdinalIgnoreCase);
        var (total, listed) = (0, 0);
        for (var i = 0; i + 1 < given.Count; i += 2)
        {
            var (name, value) = (given[i], given[i + 1]);
            var isExtension = name.StartsWith("X-", StringComparison.OrdinalIgnoreCase);
            CheckName(name, isExtension);
            CheckValue(name, value);
            if (!names.Add(name)) throw new EmailException(EmailErrorCodes.HeaderValueInvalid, $"Header '{name}' is given more than once.");
            if (!isExtension) listed++;
            total += name.Length + Encoding.UTF8.GetByteCount(value) + 4;
            headers.Add((isExtension ? name : Canonical[name], value));
        }

        if (listed > MostListed) throw new EmailException(EmailErrorCodes.HeadersTooMany, $"{listed} allowlisted headers provided, maximum is {MostListed}.");
        if (total > MostBytes)
        {
            throw new EmailException(
                EmailErrorCodes.HeadersTooLarge,
                string.Create(CultureInfo.InvariantCulture, $"Total custom headers payload ({total / 1024.0:0.0}KB) exceeds 16KB limit."));
        }

        if (names.Contains("List-Unsubscribe-Post") && !headers.Exists(static header => header.Name == "List-Unsubscribe" && header.Value.Contains("<https://", StringComparison.Ordinal)))
            throw new EmailException(EmailErrorCodes.HeaderValueInvalid, "Header 'List-Unsubscribe-Post' requires 'List-Unsubscribe' with an HTTPS URI.");
        return headers;
    }

    private static void CheckName(string name, bool isExtension)
    {
        if (name.Length is 0 or > LongestName || name.Any(each => !char.IsAsciiLetterOrDigit(each) && each != '-' && !(isExtension && each == '_')) || (isExtension && name.Length == 2))
            throw new EmailException(EmailErrorCodes.HeaderNameInvalid, $"Header name '{name}' {(name.Length > LongestName ? $"exceeds {LongestName} byte limit" : "contains invalid characters")}.");
        if (Fields.TryGetValue(name, out var field))
            throw new EmailException(EmailErrorCodes.HeaderUseField, $"Header '{name}' must be set via the '{field}' API field, not the 'headers' object.");
        if (OfThePlatform.Contains(name) || name.StartsWith("ARC-", StringComparison.OrdinalIgnoreCase))
            throw new EmailException(EmailErrorCodes.HeaderNotAllowed, $"Header '{name}' is not allowed. It is auto-generated by the platform.");
        if (!isExtension && !Listed.ContainsKey(name))
            throw new EmailException(EmailErrorCodes.HeaderNotAllowed, $"Header '{name}' is not allowed. Use a header of the allowlist, or a custom one that begins with 'X-'.");
    }

    private static void CheckValue(string name, string value)
    {
        if (value.Trim().Length == 0) throw Invalid("must not be empty.");
        if (HeaderText.HasControls(value)) throw Invalid("contains line breaks or control characters.");
        if (Encoding.UTF8.GetByteCount(value) > LongestValue)
            throw new EmailException(EmailErrorCodes.HeaderValueTooLong, $"Header '{name}' value exceeds {LongestValue} byte limit.");
        if (Listed.TryGetValue(name, out var values) && values.Length > 0 && !values.Contains(value, StringComparer.Ordinal)) throw Invalid($"must be {string.Join(" or ", values)}.");
        if (name.Equals("List-Unsubscribe", StringComparison.OrdinalIgnoreCase) && !IsUnsubscribe(value)) throw Invalid("must contain angle-bracket HTTPS or mailto URI(s).");

        EmailException Invalid(string what) => new(EmailErrorCodes.HeaderValueInvalid, $"Header '{name}' {what}");
    }

    private static bool IsUnsubscribe(string value) => value.Split(',', StringSplitOptions.TrimEntries).All(static each =>
        each is ['<', .., '>'] && (each.StartsWith("<https://", StringComparison.OrdinalIgnoreCase) || each.StartsWith("<mailto:", StringComparison.OrdinalIgnoreCase)));
}
