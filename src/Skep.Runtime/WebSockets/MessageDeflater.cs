using System.Buffers;

namespace Skep.Runtime.WebSockets;

/// <summary>Compresses messages, each by itself, so that no connection needs a window of its own:
/// https://www.rfc-editor.org/rfc/rfc7692#section-7.2.1.</summary>
internal static class MessageDeflater
{
    /// <summary>Shorter ones are sent as they are: without context they hardly shrink.</summary>
    public const int MinBytes = 1 << 10;

    // Every flush ends with these, which do not travel.
    private const int TailBytes = 4;

    [ThreadStatic]
    private static RawDeflate? spare;

    /// <summary>The compressed message in an array of the pool's, or null when it would not be shorter.</summary>
    public static byte[]? TryDeflate(ReadOnlySpan<byte> message, out int length)
    {
        var compressor = spare ?? new RawDeflate(decompress: false);
        spare = null;
        var target = ArrayPool<byte>.Shared.Rent(message.Length);
        length = 0;
        var fits = true;
        for (var input = message; ; )
        {
            var room = target.AsSpan(length);
            compressor.Step(input, room, out var consumed, out var written);
            length += written;
            input = input[consumed..];
            if (written < room.Length && input.Length == 0) break;
            fits = length < target.Length;
            if (!fits) break;
        }

        compressor.Reset();
        spare = compressor;
        length -= TailBytes;
        if (fits && length < message.Length) return target;
        ArrayPool<byte>.Shared.Return(target);
        return null;
    }
}
