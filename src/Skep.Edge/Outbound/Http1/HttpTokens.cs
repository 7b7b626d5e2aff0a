using System.Buffers;

namespace Skep.Edge.Outbound.Http1;

/// <summary>Which characters may stand where in a message (https://www.rfc-editor.org/rfc/rfc9110#section-5).</summary>
internal static class HttpTokens
{
    private const string Token = "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> _tokenChars = SearchValues.Create(Token);
    private static readonly SearchValues<byte> _tokenBytes = SearchValues.Create(System.Text.Encoding.ASCII.GetBytes(Token));

    /// <summary>A method or a header's name.</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(_tokenChars);

    /// <inheritdoc cref="IsToken(ReadOnlySpan{char})"/>
    public static bool IsToken(ReadOnlySpan<byte> text) => !text.IsEmpty && !text.ContainsAnyExcept(_tokenBytes);

    /// <summary>False for a value that would end its line, or the message.</summary>
    public static bool IsValue(ReadOnlySpan<char> text) => !text.ContainsAny('\r', '\n', '\0');

    /// <inheritdoc cref="IsValue(ReadOnlySpan{char})"/>
    public static bool IsValue(ReadOnlySpan<byte> text) => !text.ContainsAny((byte)'\r', (byte)'\n', (byte)0);
}
