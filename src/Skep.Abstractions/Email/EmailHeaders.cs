using System.Text;

namespace Skep.Abstractions.Email;

/// <summary>The headers of a message (RFC 5322 section 2.2). Lines may end in a line feed alone.</summary>
public sealed class EmailHeaders
{
    private static readonly Encoding Strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    // Headers take up to thirty times their bytes: a message that is nothing else would take a gigabyte.
    private const int MostBytes = 1 << 20;

    private readonly List<EmailHeader> headers = [];

    private EmailHeaders(int end) => End = end;

    /// <summary>In their order.</summary>
    public IReadOnlyList<EmailHeader> All => headers;

    /// <summary>Where the headers end: at the empty line, or with the message.</summary>
    public int End { get; }

    /// <summary>Why the first line that is none could not be read; null when all could.</summary>
    public string? Problem { get; private set; }

    /// <summary>What lines end in.</summary>
    public string LineEnd { get; private set; } = "\r\n";

    /// <summary>Reads them. Lines that are no headers are left out, and what is beyond the first megabyte.</summary>
    public static EmailHeaders Read(ReadOnlySpan<byte> message)
    {
        EmailHeaders read = new(EndOf(message));
        if (read.End > MostBytes) read.Problem = $"the header block has more than {MostBytes} bytes";
        read.Add(message[..Math.Min(read.End, MostBytes)]);
        return read;
    }

    /// <summary>Where the headers of a message end.</summary>
    public static int EndOf(ReadOnlySpan<byte> message)
    {
        for (var at = 0; at < message.Length;)
        {
            var length = message[at..].IndexOf((byte)'\n');
            if (length < 0) return message.Length;
            if (length == 0 || (length == 1 && message[at] == '\r')) return at;
            at += length + 1;
        }

        return message.Length;
    }

    /// <summary>The value of the first header of that name, or null.</summary>
    public string? Find(string name)
    {
        foreach (var header in headers)
        {
            if (header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return header.Value;
        }

        return null;
    }

    /// <summary>How many headers there are of that name.</summary>
    public int Count(string name) => headers.Count(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    private void Add(ReadOnlySpan<byte> block)
    {
        if (block.IndexOf((byte)'\n') is > 0 and var first && block[first - 1] != '\r') LineEnd = "\n";
        for (var at = 0; at < block.Length;)
        {
            var end = EndOfLine(block, at);
            if (block[at] is (byte)' ' or (byte)'\t')
            {
                Problem ??= "the header block contains an invalid continuation";
                at = end;
                continue;
            }

            while (end < block.Length && block[end] is (byte)' ' or (byte)'\t') end = EndOfLine(block, end);
            AddOne(block, at, end);
            at = end;
        }
    }

    private void AddOne(ReadOnlySpan<byte> block, int start, int end)
    {
        var line = block[start..end];
        var colon = line.IndexOf((byte)':');
        var name = colon < 0 ? default : line[..colon].TrimEnd(" \t"u8);
        if (name.IsEmpty || name.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E))
        {
            Problem ??= colon < 0 ? "the header block contains an invalid field" : "the header block contains an invalid field name";
            return;
        }

        headers.Add(new EmailHeader(Encoding.ASCII.GetString(name), Unfold(line[(colon + 1)..]), start, end));
    }

    private static int EndOfLine(ReadOnlySpan<byte> block, int at) => block[at..].IndexOf((byte)'\n') is >= 0 and var length ? at + length + 1 : block.Length;

    private static string Unfold(ReadOnlySpan<byte> value)
    {
        string text;
        try
        {
            text = Strict.GetString(value);
        }
        catch (DecoderFallbackException)
        {
            // Of before UTF-8 in headers: each byte is a character.
            text = Encoding.Latin1.GetString(value);
        }

        return text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal).Trim(' ', '\t');
    }
}
