namespace Skep.Runtime.WebSockets;

/// <summary>Decompresses messages: https://www.rfc-editor.org/rfc/rfc7692#section-7.2.2.</summary>
/// <param name="keepsContext">The peer refers to earlier messages: the connection has a window of its own. Otherwise one is
/// borrowed for each message.</param>
internal sealed class MessageInflater(bool keepsContext) : IDisposable
{
    [ThreadStatic]
    private static RawDeflate? spare;

    private RawDeflate? window;

    private static ReadOnlySpan<byte> Tail => [0, 0, 0xff, 0xff];

    /// <summary>The message's content; no more of it is made than <paramref name="limit"/> allows.</summary>
    /// <exception cref="WebSocketProtocolException">It is malformed, or larger.</exception>
    public MessageAssembler Inflate(ReadOnlySpan<byte> compressed, int limit, MemoryBudget budget)
    {
        var decompressor = window ?? Borrow();
        MessageAssembler content = new(budget);
        try
        {
            Feed(decompressor, compressed, content, limit);
            Feed(decompressor, Tail, content, limit);
        }
        catch
        {
            content.Clear();
            if (!keepsContext) decompressor.Dispose();
            throw;
        }

        if (keepsContext)
        {
            window = decompressor;
        }
        else
        {
            decompressor.Reset();
            spare = decompressor;
        }

        return content;
    }

    public void Dispose() => window?.Dispose();

    private static RawDeflate Borrow()
    {
        var borrowed = spare ?? new RawDeflate(decompress: true);
        spare = null;
        return borrowed;
    }

    private static void Feed(RawDeflate decompressor, ReadOnlySpan<byte> input, MessageAssembler content, int limit)
    {
        for (;;)
        {
            // One byte more than is allowed: that is how too much is noticed.
            var room = content.Room((long)limit - content.Length + 1).Span;
            if (!decompressor.Step(input, room, out var consumed, out var written))
            {
                throw new WebSocketProtocolException(CloseCode.InvalidPayload, "WebSocket protocol error: a compressed message is malformed.");
            }

            content.Advance(written);
            if (content.Length > limit) throw FrameDecoder.TooBig(limit);
            input = input[consumed..];
            if (written < room.Length && (input.Length == 0 || consumed == 0)) return;
        }
    }
}
