namespace Skep.Runtime.Email;

/// <summary>Text in ASCII, within lines of 76 characters (RFC 2045 section 6.7).</summary>
internal static class QuotedPrintable
{
    private const int LineLength = 76;

    /// <summary>Writes text whose lines end in CR and LF.</summary>
    public static void Write(MimeWriter writer, ReadOnlySpan<byte> text)
    {
        Span<byte> token = stackalloc byte[3];
        token[0] = (byte)'=';
        var column = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var each = text[i];
            if (each == '\r' && i + 1 < text.Length && text[i + 1] == '\n')
            {
                writer.Bytes("\r\n"u8);
                column = 0;
                i++;
                continue;
            }

            var isLiteral = each is >= 33 and <= 126 && each != '=';
            // White space at the end of a line would be lost.
            isLiteral |= each is (byte)' ' or (byte)'\t' && i + 1 < text.Length && text[i + 1] != '\r';
            var length = isLiteral ? 1 : token.Length;
            if (column + length > LineLength - 1)
            {
                writer.Bytes("=\r\n"u8);
                column = 0;
            }

            column += length;
            if (isLiteral)
            {
                writer.Bytes(text.Slice(i, 1));
                continue;
            }

            token[1] = Hex(each >> 4);
            token[2] = Hex(each & 15);
            writer.Bytes(token);
        }
    }

    private static byte Hex(int digit) => (byte)"0123456789ABCDEF"[digit];
}
