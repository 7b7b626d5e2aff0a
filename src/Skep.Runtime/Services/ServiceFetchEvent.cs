using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.WebSockets;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Services;

/// <summary>One worker's request as another worker receives it, and the answer on its way back.</summary>
internal sealed class ServiceFetchEvent : FetchEvent
{
    private const int SwitchingProtocols = 101;

    private readonly Subrequest request;
    private readonly ServiceTarget target;
    private readonly CancellationTokenSource aborted = new();
    private readonly CancellationTokenRegistration abandoning;
    private readonly TaskCompletionSource<SubrequestResponse> head = new();
    private readonly List<string> headers = [];
    private readonly Lock ending = new();
    private int status;
    private string reason = "";
    private long? length;
    private Pipe? pipe;
    private PipeWriter? writer;
    private PipeConnection? socket;
    private bool ended;

    public ServiceFetchEvent(Subrequest request, ServiceTarget target, int depth, CancellationToken cancellation)
    {
        this.request = request;
        this.target = target;
        Depth = depth;
        if (request.HasBody)
        {
            Body = request.BodyStream ?? Stream(request.BodyBytes);
            BodyLength = request.BodyStream is null ? request.BodyBytes.Length : request.BodyLength;
        }

        abandoning = cancellation.UnsafeRegister(static self => ((ServiceFetchEvent)self!).Abandon(), this);
    }

    /// <summary>The answer, as soon as its head is there.</summary>
    public Task<SubrequestResponse> Response => head.Task;

    public override string Method => request.Method;

    public override string Url => request.Url;

    public override string? Entrypoint => target.Entrypoint;

    public override ObjectAddress? Object => target.Object;

    public override CallerProps? Props => target.Props;

    public override InvocationTerms? Terms => target.Terms;

    public override int Depth { get; }

    public override Stream? Body { get; }

    public override long? BodyLength { get; }

    public override string? Cf => target.HidesCf ? null : request.Cf;

    public override CancellationToken Aborted => aborted.Token;

    public override bool WantsWebSocket => request.Upgrade is not null;

    public override bool HasStarted => head.Task.IsCompleted;

    public override PipeWriter ResponseBody
    {
        get
        {
            if (writer is not null) return writer;
            if (request.Method == "HEAD")
            {
                writer = PipeWriter.Create(System.IO.Stream.Null);
            }
            else
            {
                pipe = new Pipe();
                writer = pipe.Writer;
            }

            // The head is complete when somebody asks where the body goes.
            Publish();
            return writer;
        }
    }

    // The caller's own list has the header that asks for a WebSocket.
    public override void CopyHeaders(List<string> flat) => flat.AddRange(request.Headers);

    public override string? GetHeader(string name)
    {
        string? value = null;
        var all = request.Headers;
        for (var i = 0; i + 1 < all.Count; i += 2)
        {
            if (all[i] == name) value = value is null ? all[i + 1] : $"{value}, {all[i + 1]}";
        }

        return value;
    }

    public override void SetStatus(int code, string? phrase) => (status, reason) = (code, phrase ?? "");

    public override void AddHeader(string name, string value)
    {
        headers.Add(name);
        headers.Add(value);
    }

    public override void SetContentLength(long known) => length = known;

    public override ValueTask<Stream?> AcceptWebSocketAsync()
    {
        var (mine, callers) = PipeConnection.Pair();
        socket = mine;
        status = SwitchingProtocols;
        AddHeader("upgrade", request.Upgrade!);
        AddHeader("sec-websocket-accept", WebSocketKey.AcceptFor(GetHeader("sec-websocket-key")!));
        Publish(callers);
        return new ValueTask<Stream?>(mine);
    }

    public override void Complete(in InvocationSummary summary)
    {
        if (!End()) return;
        socket?.Dispose();
        writer?.Complete();
        Publish();
    }

    public override void Fail(WorkerError error, bool passThrough, in InvocationSummary summary)
    {
        if (!End()) return;
        socket?.Dispose();
        writer?.Complete(new IOException(error.Message));
        head.TrySetException(new RemoteErrorException(error));
    }

    /// <summary>The caller does not want the rest.</summary>
    public void Abandon()
    {
        if (Volatile.Read(ref ended)) return;
        aborted.Cancel();
        head.TrySetCanceled();
    }

    private static MemoryStream Stream(ReadOnlyMemory<byte> bytes) =>
        MemoryMarshal.TryGetArray(bytes, out var array) ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false) : new MemoryStream(bytes.ToArray(), writable: false);

    private bool End()
    {
        lock (ending)
        {
            if (ended) return false;
            ended = true;
        }

        abandoning.Unregister();
        return true;
    }

    private void Publish(Stream? upgraded = null)
    {
        if (head.Task.IsCompleted) return;
        head.TrySetResult(new ServiceResponse(this, request.Url, status, reason, headers, pipe?.Reader, length, upgraded));
    }
}
