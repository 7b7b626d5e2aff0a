using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace Skep.Abstractions.WebSockets;

/// <summary>The key of an opening handshake, which proves that the server knows what it agrees to:
/// https://www.rfc-editor.org/rfc/rfc6455#section-1.3.</summary>
public static class WebSocketKey
{
    private const int Bytes = 16;
    private const int Length = 24;

    /// <summary>A new one, for <c>Sec-WebSocket-Key</c>.</summary>
    public static string New() => Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>True for 16 bytes in Base64.</summary>
    public static bool IsValid(string key)
    {
        Span<byte> bytes = stackalloc byte[Bytes + 2];
        return key.Length == Length && Convert.TryFromBase64String(key, bytes, out var count) && count == Bytes;
    }

    /// <summary>What <c>Sec-WebSocket-Accept</c> answers to it.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "The protocol's choice, and no secret.")]
    public static string AcceptFor(string key) =>
        Convert.ToBase64String(SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")));
}
