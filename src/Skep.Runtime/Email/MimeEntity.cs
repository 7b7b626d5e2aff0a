using System.Security.Cryptography;
using System.Text;

namespace Skep.Runtime.Email;

/// <summary>A part of a message, or all of it (RFC 2045).</summary>
internal abstract class MimeEntity
{
    /// <summary>Writes its headers, an empty line, and its content.</summary>
    public abstract void Write(MimeWriter writer);
}

/// <summary>Text.</summary>
internal sealed class TextEntity(string subtype, string text) : MimeEntity
{
    private const int LongestLine = 998;

    public override void Write(MimeWriter writer)
    {
        var bytes = Encoding.UTF8.GetBytes(text.ReplaceLineEndings("\r\n"));
        var isPlain = Ascii.IsValid(bytes) && !bytes.AsSpan().Contains((byte)0) && LongestOf(bytes) <= LongestLine;
        writer.Header("Content-Type", $"text/{subtype}; charset=utf-8");
        writer.Header("Content-Transfer-Encoding", isPlain ? "7bit" : "quoted-printable");
        writer.Line("");
        if (isPlain) writer.Bytes(bytes);
        else QuotedPrintable.Write(writer, bytes);
        writer.Bytes("\r\n"u8);
    }

    private static int LongestOf(ReadOnlySpan<byte> lines)
    {
        var longest = 0;
        foreach (var line in lines.Split("\r\n"u8)) longest = Math.Max(longest, line.End.Value - line.Start.Value);
        return longest;
    }
}

/// <summary>A file.</summary>
internal sealed class FileEntity(EmailBuilder.Attachment attachment, byte[] content) : MimeEntity
{
    public bool IsInline => attachment.Disposition == "inline";

    public override void Write(MimeWriter writer)
    {
        writer.Header("Content-Type", attachment.Type);
        writer.Header("Content-Disposition", $"{attachment.Disposition}; {Filename()}");
        if (attachment.ContentId is { Length: > 0 } id) writer.Header("Content-ID", id.StartsWith('<') ? id : $"<{id}>");
        writer.Header("Content-Transfer-Encoding", "base64");
        writer.Line("");
        writer.Line(Convert.ToBase64String(content, Base64FormattingOptions.InsertLineBreaks));
    }

    // RFC 6266's and RFC 2231's form of a name that is not ASCII.
    private string Filename()
    {
        var plain = string.Concat(attachment.Filename.Select(each => each is '"' or '\\' or > '~' ? '_' : each));
        return plain == attachment.Filename ? $"filename=\"{plain}\"" : $"filename=\"{plain}\"; filename*=UTF-8''{Uri.EscapeDataString(attachment.Filename)}";
    }
}

/// <summary>Several parts.</summary>
internal sealed class MultipartEntity(string subtype, params IReadOnlyList<MimeEntity> parts) : MimeEntity
{
    // No line of quoted-printable or base64 can have its first two characters.
    private readonly string boundary = $"=_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16))}";

    public override void Write(MimeWriter writer)
    {
        writer.Header("Content-Type", $"multipart/{subtype}; boundary=\"{boundary}\"");
        writer.Line("");
        foreach (var part in parts)
        {
            writer.Line($"--{boundary}");
            part.Write(writer);
        }

        writer.Line($"--{boundary}--");
    }
}
