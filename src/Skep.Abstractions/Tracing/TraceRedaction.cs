using System.Buffers;
using System.Text;

namespace Skep.Abstractions.Tracing;

/// <summary>Hides in traces what is likely to be a secret, by the rules of Workers
/// (https://developers.cloudflare.com/workers/runtime-apis/handlers/tail/#tailrequest).</summary>
public static class TraceRedaction
{
    /// <summary>What stands for what is hidden.</summary>
    public const string Redacted = "REDACTED";

    private const int HexIdDigits = 32;
    private const int Base64IdLength = 21;
    private const int Base64IdOfEach = 2;
    private const int ShortestCard = 13;
    private const int LongestCard = 19;

    private static readonly string[] SecretHeaderParts = ["auth", "jwt", "key", "secret", "token"];
    private static readonly SearchValues<char> IdCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-_");

    /// <summary>True for a header whose value is hidden; <paramref name="name"/> is lower case.</summary>
    public static bool HidesHeader(string name) =>
        name is "cookie" or "set-cookie" || SecretHeaderParts.Any(part => name.Contains(part, StringComparison.Ordinal));

    /// <summary>The URL without long hexadecimal identifiers, what looks like Base64 identifiers, and numbers of payment cards.</summary>
    public static string Url(string url)
    {
        StringBuilder? redacted = null;
        var copied = 0;
        for (var start = 0; start < url.Length;)
        {
            var length = url.AsSpan(start).IndexOfAnyExcept(IdCharacters);
            if (length < 0) length = url.Length - start;
            if (HidesPart(url.AsSpan(start, length)))
            {
                (redacted ??= new StringBuilder()).Append(url, copied, start - copied).Append(Redacted);
                copied = start + length;
            }

            start += length + 1;
        }

        return redacted is null ? url : redacted.Append(url, copied, url.Length - copied).ToString();
    }

    private static bool HidesPart(ReadOnlySpan<char> part)
    {
        int upper = 0, lower = 0, digits = 0, hex = 0;
        var isHex = true;
        foreach (var c in part)
        {
            if (char.IsAsciiLetterUpper(c)) upper++;
            else if (char.IsAsciiLetterLower(c)) lower++;
            else if (char.IsAsciiDigit(c)) digits++;
            if (char.IsAsciiHexDigit(c)) hex++;
            else if (char.IsAsciiLetter(c)) isHex = false;
        }

        return (isHex && hex >= HexIdDigits)
            || (part.Length >= Base64IdLength && digits >= Base64IdOfEach && upper >= Base64IdOfEach && lower >= Base64IdOfEach)
            || (upper + lower == 0 && digits is >= ShortestCard and <= LongestCard && IsCardNumber(part));
    }

    // The check digit of ISO/IEC 7812-1.
    private static bool IsCardNumber(ReadOnlySpan<char> part)
    {
        var sum = 0;
        var doubled = false;
        for (var i = part.Length - 1; i >= 0; i--)
        {
            if (!char.IsAsciiDigit(part[i])) continue;
            var digit = part[i] - '0';
            if (doubled) digit = digit > 4 ? (2 * digit) - 9 : 2 * digit;
            sum += digit;
            doubled = !doubled;
        }

        return sum % 10 == 0;
    }
}
