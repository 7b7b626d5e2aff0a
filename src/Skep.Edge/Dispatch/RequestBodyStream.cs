using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Streams;

namespace Skep.Edge.Dispatch;

/// <summary>A request's body. The server reuses its own reader for the connection's next request, so this object stands
/// between: once the event has ended, whoever still holds it reads nothing of another client's upload.</summary>
internal sealed class RequestBodyStream(PipeReader reader, KestrelFetchEvent owner) : ForwardOnlyStream
{
    private const int Idle = 0;
    private const int Reading = 1;
    private const int Closing = 2;
    private const int Closed = 3;

    private int _state;

    /// <summary>The status that the server wants for a body it refused (413, 408…), else 0.</summary>
    public int RefusedStatus { get; private set; }

    /// <summary>How much of it was read.</summary>
    public long BytesRead { get; private set; }

    /// <summary>Ends access to the body. False when a read is in flight: it is called off, and the owner is told when it is over.</summary>
    public bool TryClose()
    {
        while (true)
        {
            int state = Interlocked.CompareExchange(ref _state, Closed, Idle);
            if (state != Reading)
                return true;
            if (Interlocked.CompareExchange(ref _state, Closing, Reading) == Reading)
                break;
        }

        reader.CancelPendingRead();
        return false;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Enter();
        try
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            ThrowIfClosing(result);
            int count = (int)Math.Min(result.Buffer.Length, buffer.Length);
            SequencePosition end = result.Buffer.GetPosition(count);
            result.Buffer.Slice(0, end).CopyTo(buffer.Span);
            reader.AdvanceTo(end);
            BytesRead += count;
            return count;
        }
        catch (BadHttpRequestException refusal)
        {
            RefusedStatus = refusal.StatusCode;
            throw;
        }
        finally
        {
            Leave();
        }
    }

    public override async Task CopyToAsync(Stream destination, int bufferSize, CancellationToken cancellationToken)
    {
        Enter();
        try
        {
            while (true)
            {
                ReadResult result = await reader.ReadAsync(cancellationToken);
                ThrowIfClosing(result);
                try
                {
                    foreach (ReadOnlyMemory<byte> segment in result.Buffer)
                    {
                        BytesRead += segment.Length;
                        await destination.WriteAsync(segment, cancellationToken);
                    }
                }
                finally
                {
                    // Also when the destination failed: the server reads the rest, which it cannot within a read.
                    reader.AdvanceTo(result.Buffer.End);
                }

                if (result.IsCompleted)
                    return;
            }
        }
        catch (BadHttpRequestException refusal)
        {
            RefusedStatus = refusal.StatusCode;
            throw;
        }
        finally
        {
            Leave();
        }
    }

    private static IOException Ended() => new("Can't read from request stream after response has been sent.");

    private void Enter()
    {
        switch (Interlocked.CompareExchange(ref _state, Reading, Idle))
        {
            case Idle:
                return;
            case Reading:
                throw new InvalidOperationException("A read of this body is already in flight.");
            default:
                throw Ended();
        }
    }

    private void Leave()
    {
        if (Interlocked.CompareExchange(ref _state, Idle, Reading) == Reading)
            return;
        _state = Closed;
        owner.BodyReleased();
    }

    private void ThrowIfClosing(in ReadResult result)
    {
        if (!result.IsCanceled)
            return;
        reader.AdvanceTo(result.Buffer.Start);
        throw Ended();
    }
}
