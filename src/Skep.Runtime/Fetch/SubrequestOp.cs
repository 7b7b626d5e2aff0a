using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>A subrequest until its response's head is there; afterwards it can still be aborted, which fails the body.</summary>
/// <param name="channel">Carries it.</param>
/// <param name="isConnection">False when it goes to another worker of this process.</param>
internal sealed class SubrequestOp(ISubrequestChannel channel, Subrequest request, int token, ClientHandshake? handshake, bool isConnection = true) : OutgoingOp
{
    private readonly CancellationTokenSource aborting = new();
    private CancellationTokenRegistration ending;
    private SubrequestResponse? response;
    private Exception? failure;

    public void Start(in OpCall call)
    {
        BeginSending(in call);
        call.State<WorkerIsolate>().SubrequestTokens[token] = this;
        ending = Invocation!.Cancellation.UnsafeRegister(static self => ((SubrequestOp)self!).Abort(), this);
    }

    /// <summary>Gives it up, in whatever state it is.</summary>
    public void Abort()
    {
        aborting.Cancel();
        if (response is { } open) _ = DisposeAsync(open);
    }

    /// <inheritdoc/>
    protected override JsArgument Result(WorkerIsolate isolate)
    {
        if (response is not { } answered)
        {
            Forget(isolate);
            // No status tells the layer that this is the other worker's error.
            if (failure is RemoteErrorException remote) return isolate.Engine.NewArray([0, isolate.Engine.NewString(remote.Message), remote.Error.Traits()]);
            throw failure switch
            {
                SubrequestException known => JsException.Type(known.Message),
                OperationCanceledException => new JsException("AbortError", "The operation was aborted."),
                _ => isolate.InternalError(failure!),
            };
        }

        Invocation!.Subrequests += answered.RequestsSent - 1;
        var engine = isolate.Engine;
        List<string> headers = new(32);
        answered.CopyHeaders(headers);
        var bodyId = 0;
        long? length = null;
        var socketId = 0;
        if (answered.Upgraded is { } connection)
        {
            Forget(isolate);
            _ = DisposeAsync(answered);
            socketId = handshake!.Complete(isolate, Invocation, connection, headers).Id;
        }
        else if (answered.Body is { } stream)
        {
            HostBody body = new(stream, answered.BodyLength, Invocation, new Ender(this, isolate), Coding(answered.Status, headers));
            bodyId = isolate.Bodies.Add(body);
            length = body.Length;
        }
        else
        {
            Forget(isolate);
            _ = DisposeAsync(answered);
        }

        return engine.NewArray(
        [
            answered.Status,
            engine.NewString(answered.StatusText),
            engine.NewString(answered.Url),
            answered.RequestsSent > 1,
            bodyId,
            (double)(length ?? -1),
            engine.NewStringArray(headers),
            socketId,
        ]);
    }

    /// <inheritdoc/>
    protected override void Dropped()
    {
        if (response is not { } unused) return;
        unused.Upgraded?.Dispose();
        _ = DisposeAsync(unused);
    }

    private static async Task DisposeAsync(SubrequestResponse open)
    {
        try
        {
            await open.DisposeAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The connection is thrown away; that it was broken already changes nothing.
        }
    }

    // What JavaScript reads is decoded. A part of a coded body cannot be: its author asked for those bytes.
    private static string? Coding(int status, List<string> headers)
    {
        if (status == 206) return null;
        string? coding = null;
        for (var i = 0; i < headers.Count; i += 2)
        {
            if (headers[i] == "content-encoding") coding = coding is null ? headers[i + 1] : $"{coding}, {headers[i + 1]}";
        }

        return ContentCoding.CanDecode(coding) ? coding : null;
    }

    private async Task SendAsync()
    {
        try
        {
            response = await channel.SendAsync(request, aborting.Token).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        if (isConnection) Invocation!.Connections.Leave();
        Finish();
    }

    /// <inheritdoc/>
    protected override Stream? Body => request.BodyStream;

    /// <inheritdoc/>
    protected override void Send()
    {
        if (isConnection) Invocation!.Connections.Enter(() => _ = SendAsync());
        else _ = SendAsync();
    }

    /// <inheritdoc/>
    protected override void Withdraw(WorkerError error)
    {
        failure = new RemoteErrorException(error);
        Finish();
    }

    private void Forget(WorkerIsolate isolate)
    {
        isolate.SubrequestTokens.Remove(token);
        ending.Dispose();
    }

    private sealed class Ender(SubrequestOp op, WorkerIsolate isolate) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            isolate.Post(new ForgetTask(op));
            return op.response!.DisposeAsync();
        }
    }

    private sealed class ForgetTask(SubrequestOp op) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result) => op.Forget(isolate);
    }
}
