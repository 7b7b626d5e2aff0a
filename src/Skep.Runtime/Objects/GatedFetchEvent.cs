using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;

namespace Skep.Runtime.Objects;

/// <summary>A request to a Durable Object whose answer waits for the object's output gate. While the gate is open nothing is copied.</summary>
internal sealed class GatedFetchEvent(FetchEvent inner, OutputGate gate) : FetchEvent
{
    private List<string>? headers;
    private int status;
    private string? reason;
    private long? length;
    private Pipe? held;
    private bool isHeld;
    private bool headSent;
    private Task? copying;

    /// <summary>The request itself, for what comes after its answer.</summary>
    public FetchEvent Inner => inner;

    public override string Method => inner.Method;

    public override string Url => inner.Url;

    public override int Depth => inner.Depth;

    public override CallerProps? Props => inner.Props;

    public override ActivityContext Span => inner.Span;

    public override Stream? Body => inner.Body;

    public override long? BodyLength => inner.BodyLength;

    public override string? Cf => inner.Cf;

    public override CancellationToken Aborted => inner.Aborted;

    public override bool WantsWebSocket => inner.WantsWebSocket;

    public override CancellationToken GoingDown => inner.GoingDown;

    public override bool HasStarted => inner.HasStarted;

    public override PipeWriter ResponseBody
    {
        get
        {
            if (!isHeld) return inner.ResponseBody;
            if (held is null)
            {
                held = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
                gate.Send(error =>
                {
                    if (error is null) SendHead();
                });
            }

            return held.Writer;
        }
    }

    public override void CopyHeaders(List<string> flat) => inner.CopyHeaders(flat);

    public override string? GetHeader(string name) => inner.GetHeader(name);

    public override void SetStatus(int code, string? phrase)
    {
        isHeld = gate.IsLocked;
        if (isHeld) (status, reason) = (code, phrase);
        else inner.SetStatus(code, phrase);
    }

    public override void AddHeader(string name, string value)
    {
        if (isHeld) (headers ??= []).AddRange([name, value]);
        else inner.AddHeader(name, value);
    }

    public override void SetContentLength(long known)
    {
        if (isHeld) length = known;
        else inner.SetContentLength(known);
    }

    public override ValueTask<Stream?> AcceptWebSocketAsync()
    {
        if (!isHeld) return inner.AcceptWebSocketAsync();
        TaskCompletionSource<Stream?> accepted = new(TaskCreationOptions.RunContinuationsAsynchronously);
        gate.Send(error =>
        {
            if (error is null)
            {
                SendHead();
                _ = AcceptAsync(accepted);
            }
            else
            {
                accepted.SetException(new GateBrokenException(error));
            }
        });
        return new ValueTask<Stream?>(accepted.Task);
    }

    public override void Complete(in InvocationSummary summary)
    {
        held?.Writer.Complete();
        if (!gate.IsLocked && (!isHeld || headSent))
        {
            Finish(summary);
            return;
        }

        var known = summary;
        gate.Send(error =>
        {
            if (error is null) Finish(known);
            else inner.Fail(error, passThrough: false, known);
        });
    }

    public override void Fail(WorkerError error, bool passThrough, in InvocationSummary summary)
    {
        held?.Writer.Complete(new IOException(error.Message));
        if (!gate.IsLocked)
        {
            inner.Fail(error, passThrough, summary);
            return;
        }

        var known = summary;
        gate.Send(broken => inner.Fail(broken ?? error, passThrough, known));
    }

    private void SendHead()
    {
        if (headSent) return;
        headSent = true;
        inner.SetStatus(status, reason);
        for (var i = 0; headers is not null && i < headers.Count; i += 2) inner.AddHeader(headers[i], headers[i + 1]);
        if (length is { } known) inner.SetContentLength(known);
        if (held is null) return;
        // What is there goes at once; the rest of a stream as it comes.
        while (held.Reader.TryRead(out var read))
        {
            foreach (var segment in read.Buffer) inner.ResponseBody.Write(segment.Span);
            held.Reader.AdvanceTo(read.Buffer.End);
            if (!read.IsCompleted) continue;
            held.Reader.Complete();
            held = null;
            return;
        }

        copying = BodyPipe.CopyAsync(held.Reader.AsStream(), inner.ResponseBody, inner.Aborted);
    }

    private void Finish(InvocationSummary summary)
    {
        if (isHeld) SendHead();
        if (copying is null) inner.Complete(summary);
        else _ = FinishAsync(copying, summary);
    }

    private async Task FinishAsync(Task copied, InvocationSummary summary)
    {
        try
        {
            await copied.ConfigureAwait(false);
        }
        catch (Exception exception) when (BodyFailure.Is(exception))
        {
            inner.Fail(new WorkerError(WorkerErrorCode.Exception, BodyFailure.ToJs(exception).Message), passThrough: false, summary);
            return;
        }

        inner.Complete(summary);
    }

    private async Task AcceptAsync(TaskCompletionSource<Stream?> accepted)
    {
        try
        {
            accepted.SetResult(await inner.AcceptWebSocketAsync().ConfigureAwait(false));
        }
        catch (Exception exception)
        {
            accepted.SetException(exception);
        }
    }
}
