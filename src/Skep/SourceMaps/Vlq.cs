namespace Skep.SourceMaps;

/// <summary>Base64 VLQ numbers of source maps (https://tc39.es/ecma426/#sec-base64-vlq).</summary>
internal static class Vlq
{
    /// <summary>Reads a number at <paramref name="position"/> and moves past it.</summary>
    /// <exception cref="FormatException">There is none.</exception>
    public static int Read(ReadOnlySpan<char> text, ref int position)
    {
        long value = 0;
        var shift = 0;
        while (true)
        {
            if (position >= text.Length || shift > 30) throw new FormatException("A number of the source map breaks off.");
            var digit = Digit(text[position++]);
            value |= (long)(digit & 31) << shift;
            shift += 5;
            if ((digit & 32) == 0) break;
        }

        var magnitude = (int)(value >> 1);
        return (value & 1) == 0 ? magnitude : -magnitude;
    }

    private static int Digit(char c) => c switch
    {
        >= 'A' and <= 'Z' => c - 'A',
        >= 'a' and <= 'z' => c - 'a' + 26,
        >= '0' and <= '9' => c - '0' + 52,
        '+' => 62,
        '/' => 63,
        _ => throw new FormatException($"'{c}' is no digit of a source map."),
    };
}
