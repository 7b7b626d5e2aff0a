using System.Buffers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>All that is left of a body, as bytes or as text. Collected outside the isolate: one turn at the end.</summary>
internal sealed class BodyCollectOp(HostBody body, long limit, bool asText) : PendingOp
{
    private const int FirstBuffer = 16 << 10;

    private byte[] buffer = [];
    private int length;
    private Exception? failure;
    private bool tooLong;

    public void Start(in OpCall call)
    {
        Begin(in call);
        // Beyond the isolate's memory there is no value to make of it: stop reading there.
        limit = Math.Min(limit, call.State<WorkerIsolate>().Worker.Version.Limits.MemoryBytes);
        buffer = ArrayPool<byte>.Shared.Rent(body.Length is { } known && known < 1 << 20 ? (int)known + 1 : FirstBuffer);
        _ = CollectAsync();
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        try
        {
            if (tooLong) throw JsException.Range($"The body is longer than {limit} bytes.");
            if (failure is not null) throw BodyFailure.Is(failure) ? BodyFailure.ToJs(failure) : isolate.InternalError(failure);
            var bytes = buffer.AsSpan(0, length);
            if (asText) return isolate.Engine.NewStringUtf8(bytes.StartsWith("\uFEFF"u8) ? bytes[3..] : bytes);
            var value = isolate.Engine.NewBytes(length, out var memory);
            bytes.CopyTo(memory);
            return value;
        }
        finally
        {
            Dropped();
        }
    }

    /// <inheritdoc/>
    protected override void Dropped()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private async Task CollectAsync()
    {
        try
        {
            for (;;)
            {
                var read = await body.Stream.ReadAsync(buffer.AsMemory(length), Invocation!.Cancellation).ConfigureAwait(false);
                if (read == 0) break;
                length += read;
                if (length > limit)
                {
                    tooLong = true;
                    break;
                }

                if (length == buffer.Length) Grow();
            }
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        body.Cancel();
        Finish();
    }

    private void Grow()
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = larger;
    }
}
