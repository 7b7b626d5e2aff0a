namespace Skep.Runtime.HtmlRewriting;

/// <summary>Tag names as numbers: five bits a character, letters regardless of case and the digits 1 to 6, which is all that the
/// names of HTML need. Names that do not fit are <see cref="None"/> and are compared as bytes.</summary>
internal static class TagName
{
    public const ulong None = ulong.MaxValue;

    // The next character would shift the first one out.
    private const int Full = 59;
    private const int FirstLetter = 6;

    public static ulong Pack(ReadOnlySpan<byte> name)
    {
        var packed = 0UL;
        foreach (var character in name)
        {
            if (packed >> Full != 0) return None;
            var letter = (uint)((character | 0x20) - 'a');
            var digit = (uint)(character - '1');
            if (letter < 26) packed = (packed << 5) | (letter + FirstLetter);
            else if (digit < FirstLetter) packed = (packed << 5) | digit;
            else return None;
        }

        return packed;
    }

    public static bool Same(ulong packed, ReadOnlySpan<byte> name, ulong otherPacked, ReadOnlySpan<byte> otherName) =>
        packed == otherPacked && (packed != None || EqualIgnoringCase(name, otherName));

    /// <summary>Equality up to the case of ASCII letters; other bytes may be anything.</summary>
    public static bool EqualIgnoringCase(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other)
    {
        if (one.Length != other.Length) return false;
        for (var i = 0; i < one.Length; i++)
        {
            if (Lower(one[i]) != Lower(other[i])) return false;
        }

        return true;
    }

    public static byte Lower(byte character) => (uint)(character - 'A') < 26 ? (byte)(character | 0x20) : character;
}
