using System.Buffers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>The next bytes of a body.</summary>
internal sealed class BodyReadOp(HostBody body, int max) : PendingOp
{
    private byte[] buffer = [];
    private ValueTask<int> read;

    public void Start(in OpCall call)
    {
        Begin(in call);
        buffer = ArrayPool<byte>.Shared.Rent(max);
        try
        {
            read = body.Stream.ReadAsync(buffer.AsMemory(0, max), Invocation!.Cancellation);
        }
        catch (Exception exception) when (exception is IOException or InvalidOperationException or ObjectDisposedException)
        {
            read = ValueTask.FromException<int>(exception);
        }

        if (read.IsCompleted) Finish();
        else read.GetAwaiter().UnsafeOnCompleted(Finish);
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        try
        {
            var count = read.GetAwaiter().GetResult();
            if (count == 0) return JsArgument.Null;
            var value = isolate.Engine.NewBytes(count, out var memory);
            buffer.AsSpan(0, count).CopyTo(memory);
            return value;
        }
        catch (Exception exception) when (BodyFailure.Is(exception))
        {
            throw BodyFailure.ToJs(exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <inheritdoc/>
    protected override void Dropped() => ArrayPool<byte>.Shared.Return(buffer);
}
