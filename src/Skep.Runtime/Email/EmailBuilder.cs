using System.Text.Json;
using System.Text.Json.Serialization;
using Skep.Abstractions.Email;
using Skep.V8;

namespace Skep.Runtime.Email;

/// <summary>The fields that a worker gives for a message to be composed of, as <c>js/email/builder.ts</c> writes them.</summary>
internal sealed record EmailBuilder
{
    public Mailbox? From { get; init; }

    public Mailbox? ReplyTo { get; init; }

    public Mailbox[] To { get; init; } = [];

    public Mailbox[] Cc { get; init; } = [];

    public Mailbox[] Bcc { get; init; } = [];

    public string? Subject { get; init; }

    public string? Text { get; init; }

    public string? Html { get; init; }

    /// <summary>Name, value, name, value…</summary>
    public string[] Headers { get; init; } = [];

    public Attachment[] Attachments { get; init; } = [];

    /// <summary>What the attachments contain.</summary>
    [JsonIgnore]
    public byte[][] Contents { get; private init; } = [];

    /// <summary>Reads it.</summary>
    /// <param name="json">The fields.</param>
    /// <param name="contents">The attachments': text in base64, or bytes.</param>
    /// <exception cref="EmailException">It has more bytes than a message may have, or what should be base64 is none.</exception>
    public static EmailBuilder Read(JsValue json, JsValue contents)
    {
        var length = json.Utf8Length;
        if (length > EmailRules.MaxBytes) throw EmailRules.TooLarge(length);
        var text = new byte[length];
        _ = json.CopyUtf8(text);
        var builder = JsonSerializer.Deserialize(text, EmailBuilderJson.Default.EmailBuilder)!;
        return builder with { Contents = contents.ReadAll(items => ReadContents(items, builder.Attachments)) };
    }

    private static byte[][] ReadContents(JsArray items, Attachment[] attachments)
    {
        long total = 0;
        for (var i = 0; i < items.Count; i++) total += items[i].Length;
        if (total > EmailRules.MaxBytes) throw EmailRules.TooLarge(total);
        var read = new byte[items.Count][];
        for (var i = 0; i < read.Length; i++)
        {
            read[i] = items[i].Kind == JsKind.Bytes
                ? items[i].Bytes.ToArray()
                : Decode(items[i].ToString()) ?? throw EmailException.Invalid($"invalid attachment content: \"{attachments[i].Filename}\" is not base64. Give base64 text, an ArrayBuffer or a view.");
        }

        return read;
    }

    private static byte[]? Decode(string base64)
    {
        var bytes = new byte[(base64.Length / 4 * 3) + 3];
        return Convert.TryFromBase64String(base64, bytes, out var length) ? bytes[..length] : null;
    }

    /// <summary>An address as it is given.</summary>
    /// <param name="Name">The name; null when the address is a text that may have one itself.</param>
    /// <param name="Email">The address.</param>
    internal sealed record Mailbox(string? Name, string Email);

    /// <summary>What is sent along.</summary>
    /// <param name="Filename">What it is called.</param>
    /// <param name="Type">Its media type.</param>
    /// <param name="Disposition"><c>attachment</c> or <c>inline</c>.</param>
    /// <param name="ContentId">What the HTML refers to it by.</param>
    internal sealed record Attachment(string Filename, string Type, string Disposition, string? ContentId);
}

/// <summary>Reads them.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(EmailBuilder))]
internal sealed partial class EmailBuilderJson : JsonSerializerContext;
