using System.Buffers.Text;
using System.Net;
using System.Text;
using Skep.Edge.Http;

namespace Skep.Edge.Outbound.Http1;

/// <summary>Reads the head of a response (https://www.rfc-editor.org/rfc/rfc9112#section-4). Strict: whatever two readers could
/// understand differently is refused, for the connection serves other requests afterwards.</summary>
internal static class ResponseHeadParser
{
    private const int LongestStatusLinePrefix = 12;

    /// <summary>The length of the head with its empty line; -1 when its end is not there yet.</summary>
    /// <param name="bytes">What was received so far.</param>
    /// <param name="scanned">Where an earlier search stopped; updated.</param>
    public static int FindEnd(ReadOnlySpan<byte> bytes, ref int scanned)
    {
        while (true)
        {
            int at = bytes[scanned..].IndexOf((byte)'\n');
            if (at < 0)
            {
                scanned = bytes.Length;
                return -1;
            }

            at += scanned;
            ReadOnlySpan<byte> next = bytes[(at + 1)..];
            if (next.StartsWith("\n"u8))
                return at + 2;
            if (next.StartsWith("\r\n"u8))
                return at + 3;
            if (next.IsEmpty || (next.Length == 1 && next[0] == '\r'))
            {
                scanned = at;
                return -1;
            }

            scanned = at + 1;
        }
    }

    /// <summary>The head that these bytes are.</summary>
    /// <exception cref="HttpRequestException">It is not valid.</exception>
    public static ResponseHead Parse(ReadOnlySpan<byte> bytes)
    {
        ResponseHead head = ParseStatusLine(NextLine(ref bytes));
        while (NextLine(ref bytes) is { IsEmpty: false } line)
            ParseHeader(line, head);
        if (head.IsChunked && (head.ContentLength is not null || head.MinorVersion == 0))
            throw Invalid("it has a Transfer-Encoding where a Content-Length or HTTP/1.0 says otherwise");
        return head;
    }

    /// <summary>What is wrong with a response.</summary>
    public static HttpRequestException Invalid(string what) => new(HttpRequestError.InvalidResponse, what);

    private static ReadOnlySpan<byte> NextLine(ref ReadOnlySpan<byte> bytes)
    {
        int end = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = bytes[..end];
        bytes = bytes[(end + 1)..];
        return line.EndsWith("\r"u8) ? line[..^1] : line;
    }

    private static ResponseHead ParseStatusLine(ReadOnlySpan<byte> line)
    {
        if (line.Length < LongestStatusLinePrefix || !line.StartsWith("HTTP/1."u8) || line[7] is < (byte)'0' or > (byte)'9' || line[8] != ' '
            || line[9] is < (byte)'1' or > (byte)'9'
            || !Utf8Parser.TryParse(line.Slice(9, 3), out int status, out int digits) || digits != 3
            || (line.Length > LongestStatusLinePrefix && line[LongestStatusLinePrefix] != ' ')
            || !HttpTokens.IsValue(line))
            throw Invalid($"its first line is \"{Show(line)}\"");
        ReadOnlySpan<byte> reason = line.Length > LongestStatusLinePrefix ? line[(LongestStatusLinePrefix + 1)..] : default;
        var head = new ResponseHead { Status = status, Reason = HeaderStrings.Value(reason), MinorVersion = line[7] - '0' };

        // https://www.rfc-editor.org/rfc/rfc9112#section-9.3: before HTTP/1.1 connections did not persist.
        head.Closes = head.MinorVersion == 0;
        return head;
    }

    private static void ParseHeader(ReadOnlySpan<byte> line, ResponseHead head)
    {
        int colon = line.IndexOf((byte)':');
        if (colon < 0 || !HttpTokens.IsToken(line[..colon]))
            throw Invalid(line[0] is (byte)' ' or (byte)'\t' ? "a header goes on in the next line" : $"\"{Show(line)}\" is no header");
        string name = HeaderStrings.Name(line[..colon]);
        ReadOnlySpan<byte> value = line[(colon + 1)..].Trim(" \t"u8);
        if (!HttpTokens.IsValue(value))
            throw Invalid($"the value of {name} has a control character");
        switch (name)
        {
            case "content-length":
                ParseContentLength(value, head);
                break;
            case "transfer-encoding":
                if (head.IsChunked || !Ascii.EqualsIgnoreCase(value, "chunked"u8))
                    throw Invalid($"its transfer encoding is \"{Show(value)}\"");
                head.IsChunked = true;
                break;
            case "connection":
                head.Closes |= HasOption(value, "close"u8);
                break;
            case "upgrade":
                head.Upgrade = HeaderStrings.Value(value);
                break;
            case "keep-alive" or "proxy-connection" or "te" or "trailer":
                break;
            default:
                head.Add(name, HeaderStrings.Value(value));
                break;
        }
    }

    // Several that agree are one (https://www.rfc-editor.org/rfc/rfc9112#section-6.3).
    private static void ParseContentLength(ReadOnlySpan<byte> value, ResponseHead head)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9') || !Utf8Parser.TryParse(value, out long length, out _)
            || (head.ContentLength is { } other && other != length))
            throw Invalid("its Content-Length is no length");
        if (head.ContentLength is not null)
            return;
        head.ContentLength = length;
        head.Add("content-length", HeaderStrings.Value(value));
    }

    private static bool HasOption(ReadOnlySpan<byte> list, ReadOnlySpan<byte> option)
    {
        foreach (Range part in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(list[part].Trim(" \t"u8), option))
                return true;
        }

        return false;
    }

    private static string Show(ReadOnlySpan<byte> text) => Encoding.Latin1.GetString(text[..Math.Min(text.Length, 200)]);
}
