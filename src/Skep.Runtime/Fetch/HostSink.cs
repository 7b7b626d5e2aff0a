using System.Buffers;
using System.IO.Pipelines;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Where JavaScript writes a body that it produces: the client's response or a subrequest's upload.</summary>
internal sealed class HostSink(Invocation owner)
{
    // So many unflushed bytes are sent when more come, and the writer waits for that. What a turn leaves goes at its end: the fewer
    // flushes, the seldomer the client is woken and the writer waits, and what is written last goes together with the body's end. For a
    // client that did not take the last flush at once it would only be memory.
    private const int QuickThreshold = 512 << 10;
    private const int SlowThreshold = 128 << 10;

    // Large chunks do not wait for more.
    private const int Most = 2 * QuickThreshold;

    // What a closed output gate keeps before the writer waits.
    private const int MostHeld = 256 << 10;

    private PipeWriter? writer;
    private Task<FlushResult>? flushing;
    private Action<string?>? closed;
    private int threshold = QuickThreshold;
    private int unflushed;
    private int held;
    private bool dirty;
    private bool poked;
    private bool isLost;

    public Invocation Owner { get; } = owner;

    public int Id { get; set; }

    /// <summary>Where the bytes go, and what to do at the end (null) or at a failure (its message).</summary>
    public void Attach(PipeWriter target, Action<string?> onClosed)
    {
        writer = target;
        closed = onClosed;
    }

    /// <summary>Takes bytes; a task when the writer should wait.</summary>
    public ValueTask<FlushResult>? Write(ReadOnlySpan<byte> bytes)
    {
        var target = writer ?? throw (isLost ? JsException.Plain("Network connection lost.") : JsException.Type("The body has no destination yet."));
        return Owner.Output is { IsLocked: true } gate ? Hold(gate, bytes.ToArray()) : Append(target, bytes);
    }

    private ValueTask<FlushResult>? Append(PipeWriter target, ReadOnlySpan<byte> bytes)
    {
        ValueTask<FlushResult>? flush = unflushed < threshold ? null : Flush(target);
        // Asked for whole: a pipe gives one segment of that size, where piecewise writing would fill many small ones.
        for (var rest = bytes; rest.Length > 0;)
        {
            var room = target.GetSpan(rest.Length);
            var count = Math.Min(room.Length, rest.Length);
            rest[..count].CopyTo(room);
            target.Advance(count);
            rest = rest[count..];
        }

        unflushed += bytes.Length;
        dirty = true;
        return unflushed < Most ? flush : Flush(target);
    }

    /// <summary>Sends what small writes left behind; at the end of a turn, so that a stream of small chunks flows.</summary>
    public void FlushSmall()
    {
        if (!dirty || writer is null) return;
        var flush = Flush(writer);
        if (!flush.IsCompletedSuccessfully) flush.AsTask().ContinueWith(static task => _ = task.Exception, TaskScheduler.Default);
        if (!dirty || poked) return;
        // The reader is slow and the flush under way began before these bytes came: they go when it has ended, which may be by now.
        poked = true;
        flushing!.ContinueWith(static (_, self) => ((HostSink)self!).Poke(), this, TaskScheduler.Default);
    }

    // A pipe takes one flush at a time, and only from the thread that writes.
    private ValueTask<FlushResult> Flush(PipeWriter target)
    {
        if (flushing is { IsCompleted: false } earlier) return new ValueTask<FlushResult>(earlier);
        dirty = false;
        unflushed = 0;
        var flush = target.FlushAsync();
        threshold = flush.IsCompleted ? QuickThreshold : SlowThreshold;
        if (flush.IsCompleted) return flush;
        flushing = flush.AsTask();
        return new ValueTask<FlushResult>(flushing);
    }

    private void Poke() => Owner.Isolate.Post(new PokeTask(this) { Invocation = Owner });

    /// <summary>The body's end: orderly with null, else with what went wrong.</summary>
    public void Close(string? failure)
    {
        if (Owner.Output is { IsLocked: true } gate) gate.Send(error => End(error?.Message ?? failure));
        else End(failure);
    }

    /// <summary>Nobody takes the bytes any more: whoever writes more is told so.</summary>
    public void Detach()
    {
        closed = null;
        writer = null;
        isLost = true;
    }

    /// <summary>Keeps bytes until what their Durable Object wrote before them is durable.</summary>
    private ValueTask<FlushResult>? Hold(OutputGate gate, byte[] bytes)
    {
        held += bytes.Length;
        var written = held < MostHeld ? null : new TaskCompletionSource<FlushResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.Send(error =>
        {
            held -= bytes.Length;
            var flush = error is null && writer is { } target ? Append(target, bytes) : null;
            if (written is null) return;
            if (error is not null) written.SetResult(new FlushResult(isCanceled: true, isCompleted: false));
            else if (flush is { } under) _ = TellAsync(under, written);
            else written.SetResult(default);
        });
        return written is null ? null : new ValueTask<FlushResult>(written.Task);

        static async Task TellAsync(ValueTask<FlushResult> flush, TaskCompletionSource<FlushResult> written)
        {
            try
            {
                written.SetResult(await flush.ConfigureAwait(false));
            }
            catch (Exception exception)
            {
                written.SetException(exception);
            }
        }
    }

    private void End(string? failure)
    {
        var end = closed;
        closed = null;
        writer = null;
        end?.Invoke(failure);
    }

    /// <summary>A turn for the owner, after which its sinks are flushed.</summary>
    private sealed class PokeTask(HostSink sink) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result) => sink.poked = false;
    }
}
