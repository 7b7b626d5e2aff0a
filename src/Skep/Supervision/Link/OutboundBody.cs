using System.Buffers;

namespace Skep.Supervision.Link;

/// <summary>Sends a body, piece by piece, as the other side reads it.</summary>
/// <param name="send">Sends one piece; an empty one is the end. False when the link is closed.</param>
/// <param name="credit">Bytes that may be sent before the other side has read any.</param>
internal sealed class OutboundBody(Func<ReadOnlyMemory<byte>, bool> send, int credit = InboundBody.Window)
{
    private const int Piece = 64 << 10;

    private readonly SemaphoreSlim _granted = new(0);
    private readonly CancellationTokenSource _ended = new();
    private int _credit = credit;

    /// <summary>The other side has read so many bytes.</summary>
    public void Grant(int bytes)
    {
        Interlocked.Add(ref _credit, bytes);
        _granted.Release();
    }

    /// <summary>The other side reads no more.</summary>
    public void Stop() => _ended.Cancel();

    /// <summary>Sends everything. Ends early, without an error, when the other side reads no more.</summary>
    public async Task SendAsync(Stream body)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            for (;;)
            {
                while (Volatile.Read(ref _credit) <= 0) await _granted.WaitAsync(_ended.Token);
                var count = await body.ReadAsync(buffer.AsMemory(0, Piece), _ended.Token);
                Interlocked.Add(ref _credit, -count);
                if (!send(buffer.AsMemory(0, count)) || count == 0) return;
            }
        }
        catch (OperationCanceledException) when (_ended.IsCancellationRequested)
        {
            // Its reader has what it wanted.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
