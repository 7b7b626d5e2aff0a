namespace Skep.Abstractions.Email;

/// <summary>Which bytes a message has: not every server takes all.</summary>
public enum EmailCharset
{
    /// <summary>ASCII only.</summary>
    Ascii,

    /// <summary>Its body has others (RFC 6152, 8BITMIME).</summary>
    EightBitBody,

    /// <summary>Its headers have others (RFC 6532, SMTPUTF8).</summary>
    InternationalHeaders,
}

/// <summary>Looks at messages' bytes.</summary>
public static class EmailCharsets
{
    /// <summary>Which bytes a message has.</summary>
    public static EmailCharset Of(ReadOnlySpan<byte> message)
    {
        var first = message.IndexOfAnyExceptInRange((byte)0, (byte)0x7F);
        if (first < 0) return EmailCharset.Ascii;
        return first < EmailHeaders.EndOf(message) ? EmailCharset.InternationalHeaders : EmailCharset.EightBitBody;
    }
}
