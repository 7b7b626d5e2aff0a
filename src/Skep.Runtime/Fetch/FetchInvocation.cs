using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Text.Json;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>An inbound request in an isolate.</summary>
internal class FetchInvocation(FetchEvent fetchEvent) : Invocation
{
    private FetchEvent? request = fetchEvent;
    private RequestDetails? details;
    private CancellationTokenRegistration aborted;
    private bool watching;
    private bool signalled;
    private bool responded;
    private bool bodyDone;
    private bool upgraded;
    private HostWebSocket? webSocket;
    private HostSink? produced;

    /// <summary><c>passThroughOnException</c> was called, or no listener wanted the event.</summary>
    public bool PassThrough { get; set; }

    /// <inheritdoc/>
    public override int Depth { get; } = fetchEvent.Depth;

    /// <inheritdoc/>
    public override InvocationTerms? Terms { get; } = fetchEvent.Terms;

    public string Method => request?.Method ?? Details.Method;

    public string Url => request?.Url ?? Details.Url;

    public string? Cf => request is { } live ? live.Cf : Details.Cf;

    private RequestDetails Details => details ?? throw JsException.Type("The request has ended.");

    public void CopyHeaders(List<string> flat)
    {
        if (request is { } live) live.CopyHeaders(flat);
        else flat.AddRange(Details.Headers);
    }

    public string? GetHeader(string name)
    {
        if (request is { } live) return live.GetHeader(name);
        List<string> values = [];
        var headers = Details.Headers;
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            if (headers[i] == name) values.Add(headers[i + 1]);
        }

        return values.Count == 0 ? null : string.Join(", ", values);
    }

    public Stream? Body => request?.Body;

    public long? BodyLength => request?.BodyLength;

    /// <inheritdoc/>
    public override ActivityContext Span { get; } = fetchEvent.Span;

    /// <inheritdoc/>
    protected override TraceEvent Traced
    {
        get
        {
            List<string> headers = [];
            CopyHeaders(headers);
            return new FetchTraceEvent(Method, Url, [.. headers], Cf, Status: null);
        }
    }

    /// <inheritdoc/>
    protected override string? Entrypoint => request?.Entrypoint;

    /// <inheritdoc/>
    public override void Run(WorkerIsolate isolate, ref TurnResult result)
    {
        isolate.Add(this);
        // Whoever has left while the request waited needs no answer: a flood that nobody waits for any more costs nothing.
        if (Waited && request!.Aborted.IsCancellationRequested)
        {
            Leave();
            End();
            return;
        }

        JsResult js = default;
        if (Terms is { Environment.Length: > 0 } terms)
        {
            var added = isolate.Engine.NewBytes(terms.Environment.Length, out var memory);
            terms.Environment.Span.CopyTo(memory);
            isolate.Engine.CallHost(HostFunction.Fetch, [Id, isolate.NewOptionalString(request!.Entrypoint), isolate.NewProps(request.Props), added], ref js);
        }
        else CallHandler(isolate, ref js);
        result.Take(in js);
        if (js.Status == JsStatus.Exception) Fail(isolate.Describe(js.Value.Local), InvocationOutcome.Exception);
    }

    /// <summary>Calls the handler that the event is for.</summary>
    protected virtual void CallHandler(WorkerIsolate isolate, ref JsResult js)
    {
        if (request!.Entrypoint is null && request.Props is null) isolate.Engine.CallHost(HostFunction.Fetch, [Id], ref js);
        else isolate.Engine.CallHost(HostFunction.Fetch, [Id, isolate.NewOptionalString(request.Entrypoint), isolate.NewProps(request.Props)], ref js);
    }

    /// <inheritdoc/>
    public override void Refuse(WorkerError error)
    {
        var refused = request!;
        request = null;
        refused.Fail(error, passThrough: false, new InvocationSummary(InvocationOutcome.Exception, default, default, 0, error));
    }

    /// <summary>The client is to be watched: <c>request.signal</c> was looked at. True when it is gone already.</summary>
    public bool WatchClient()
    {
        signalled = true;
        return request is null || request.Aborted.IsCancellationRequested;
    }

    /// <summary>The head of the response. Afterwards exactly one of the body methods is called.</summary>
    public FetchEvent BeginResponse(int status, string? reason)
    {
        if (responded || request is null) throw JsException.Type("The request has been answered already.");
        responded = true;
        request.SetStatus(status, reason);
        if (Trace is { } trace) trace.Status = status;
        return request;
    }

    /// <summary>The whole body is written, or there is none.</summary>
    public void EndBody() => bodyDone = true;

    /// <summary>The client may be answered with a WebSocket.</summary>
    public bool WantsWebSocket => request?.WantsWebSocket ?? false;

    /// <summary>The answer is a connection, which JavaScript has the other end of: the invocation lasts as long.</summary>
    public void Upgrade(HostWebSocket socket)
    {
        webSocket = socket;
        upgraded = true;
        _ = UpgradeAsync(socket, request!);
    }

    /// <summary>Another ends the event, whose answer has begun: the invocation is done with it.</summary>
    public FetchEvent Detach()
    {
        var taken = request!;
        List<string> headers = [];
        taken.CopyHeaders(headers);
        details = new RequestDetails(taken.Method, taken.Url, headers, taken.Cf);
        request = null;
        bodyDone = true;
        aborted.Dispose();
        return taken;
    }

    /// <summary>The answer is the connection to an origin; JavaScript sees nothing of what passes.</summary>
    public void PipeWebSocket(Stream origin)
    {
        upgraded = true;
        Pending++;
        _ = PipeWebSocketAsync(request!, origin);
    }

    /// <summary>JavaScript writes the body.</summary>
    public void StreamBody(HostSink sink)
    {
        produced = sink;
        sink.Attach(request!.ResponseBody, failure =>
        {
            // The sink is its context's, whose turn it may be.
            Isolate.Touch(this);
            if (failure is null) bodyDone = true;
            else Fail(new WorkerError(WorkerErrorCode.Exception, failure), InvocationOutcome.Exception);
        });
    }

    /// <summary>JavaScript writes the body, and it is coded on its way out.</summary>
    public void StreamBody(HostSink sink, string coding)
    {
        Pipe pipe = new();
        sink.Attach(pipe.Writer, failure => pipe.Writer.Complete(failure is null ? null : new SubrequestException(failure)));
        PipeBody(BodyPipe.EncodeAsync(pipe.Reader.AsStream(), request!.ResponseBody, coding, request.Aborted), source: null);
    }

    /// <summary>The body goes from its source to the client without entering JavaScript.</summary>
    public void PipeBody(HostBody body, ResponseCoding coding)
    {
        var source = coding.AsItCame ? body.Coded : body.Stream;
        var target = request!.ResponseBody;
        if (coding.Apply is { } applied) PipeBody(BodyPipe.EncodeAsync(source, target, applied, request.Aborted), body);
        else if (request.TryRelay(source, out var relaying)) PipeBody(relaying, body);
        else PipeBody(BodyPipe.CopyAsync(source, target, request.Aborted), body);
    }

    /// <inheritdoc/>
    public override void Fail(WorkerError error, InvocationOutcome outcome)
    {
        if (Ended || request is not { } failed || bodyDone) return;
        responded = bodyDone = true;
        request = null;
        produced?.Detach();
        aborted.Dispose();
        Outcome = outcome;
        Trace?.Exception(error, Isolate.Clock);
        failed.Fail(error, PassThrough && outcome == InvocationOutcome.Exception && !failed.HasStarted, Summarise(outcome, error));
        if (WaitUntil == 0) End();
    }

    /// <inheritdoc/>
    public override void AfterTurn()
    {
        Isolate.FlushSinks(this);
        if (bodyDone)
        {
            if (request is { } answered) Complete(answered);
            if (WaitUntil == 0) End();
            else if (Pending == 0) EndHungWaitUntil();
            return;
        }

        if (!watching) Watch();
        // What a Durable Object waits for may come with another of its events.
        if (Pending > 0 || Context != this) return;
        // Nothing that could wake this request is under way: it would wait forever.
        if (PassThrough && !responded)
        {
            Fail(new WorkerError(WorkerErrorCode.Exception, "No response was given."), InvocationOutcome.Exception);
            return;
        }

        Fail(new WorkerError(
            WorkerErrorCode.Exception,
            "Error: The Workers runtime canceled this request because it detected that your Worker's code had hung and would never generate a response. Refer to: https://developers.cloudflare.com/workers/observability/errors/"), InvocationOutcome.Exception);
    }

    /// <inheritdoc/>
    public override void End()
    {
        if (Ended) return;
        aborted.Dispose();
        Isolate.CloseBodies(this);
        base.End();
        // Ended from outside in the very turn that gave the whole response.
        if (bodyDone && request is { } answered)
        {
            request = null;
            answered.Complete(Summarise(InvocationOutcome.Ok));
        }
    }

    /// <summary>The client has gone: the worker may react, and has the wait-until time to end.</summary>
    private void ClientGone(ref TurnResult result)
    {
        if (Ended || request is null) return;
        if (signalled)
        {
            JsResult js = default;
            Isolate.Engine.CallHost(HostFunction.AbortRequest, [Id], ref js);
            result.Take(in js);
        }

        if (upgraded && !bodyDone)
        {
            // The connection's own end says so too, after what was still on its way.
            webSocket?.ClientGone();
            return;
        }

        if (request is not null && !bodyDone) Leave();
        if (WaitUntil == 0) End();
        else StartWaitUntilTimer();
    }

    /// <summary>Ends the event of a client that has left.</summary>
    private void Leave()
    {
        var gone = request!;
        details = new RequestDetails(gone.Method, gone.Url, [], gone.Cf);
        bodyDone = responded = true;
        request = null;
        produced?.Detach();
        Outcome = InvocationOutcome.Canceled;
        gone.Fail(new WorkerError(WorkerErrorCode.Exception, "The client disconnected."), false, Summarise(InvocationOutcome.Canceled));
    }

    private void Complete(FetchEvent answered)
    {
        if (WaitUntil > 0)
        {
            List<string> headers = [];
            answered.CopyHeaders(headers);
            details = new RequestDetails(answered.Method, answered.Url, headers, answered.Cf);
            StartWaitUntilTimer();
        }

        request = null;
        aborted.Dispose();
        answered.Complete(Summarise(InvocationOutcome.Ok));
    }

    private void Watch()
    {
        watching = true;
        if (request is { } live && live.Aborted.CanBeCanceled)
        {
            aborted = live.Aborted.UnsafeRegister(static self => ((FetchInvocation)self!).PostAbort(), this);
        }
    }

    private async Task UpgradeAsync(HostWebSocket socket, FetchEvent answered)
    {
        var accepting = answered.AcceptWebSocketAsync();
        if (accepting.IsCompletedSuccessfully)
        {
            socket.Attach(await accepting.ConfigureAwait(false), answered.GoingDown);
            return;
        }

        Stream? connection = null;
        try
        {
            connection = await accepting.ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone, which is what a connection that never comes means.
        }

        Isolate.Post(new UpgradeTask(socket, connection, answered.GoingDown) { Invocation = this });
    }

    private async Task PipeWebSocketAsync(FetchEvent answered, Stream origin)
    {
        try
        {
            var client = await answered.AcceptWebSocketAsync().ConfigureAwait(false);
            if (client is not null) await WebSocketPipe.RunAsync(client, origin).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            // The client is gone: so is its answer.
        }

        await origin.DisposeAsync().ConfigureAwait(false);
        Isolate.Post(new PipeEndTask(null) { Invocation = this });
    }

    private void PostAbort() => Isolate.Post(new AbortTask { Invocation = this });

    private void PipeBody(Task transfer, HostBody? source)
    {
        Pending++;
        _ = AwaitPipeAsync(transfer, source);
    }

    private async Task AwaitPipeAsync(Task transfer, HostBody? source)
    {
        string? failure = null;
        try
        {
            await transfer.ConfigureAwait(false);
        }
        catch (Exception exception) when (BodyFailure.Is(exception))
        {
            failure = exception is OperationCanceledException ? "The client disconnected." : BodyFailure.ToJs(exception).Message;
        }

        source?.Cancel();
        Isolate.Post(new PipeEndTask(failure) { Invocation = this });
    }

    private sealed class UpgradeTask(HostWebSocket socket, Stream? connection, CancellationToken goingDown) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result) => socket.Attach(connection, goingDown);

        public override void Lost() => connection?.Dispose();
    }

    private sealed class PipeEndTask(string? failure) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            var invocation = (FetchInvocation)Invocation!;
            invocation.Pending--;
            if (failure is null) invocation.bodyDone = true;
            else invocation.Fail(new WorkerError(WorkerErrorCode.Exception, failure), InvocationOutcome.Exception);
        }
    }

    private sealed class AbortTask : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result) => ((FetchInvocation)Invocation!).ClientGone(ref result);
    }
}
