using Skep.Abstractions.Channels;
using Skep.Abstractions.Routing;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Ops of the worker's own <c>fetch()</c>.</summary>
internal static unsafe class SubrequestOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("subrequest", &Send);
        ops.Add("asset_fetch", &SendToAssets);
        ops.Add("ai_fetch", &SendToAi);
        ops.Add("subrequest_abort", &Abort);
    }

    private static void Send(in OpCall call) => Send(in call, call.State<WorkerIsolate>().RequireInvocation().Outbound);

    private static void SendToAssets(in OpCall call) =>
        Send(in call, call.State<WorkerIsolate>().Worker.Services.Assets ?? throw JsException.Type("This version has no static assets."));

    private static void SendToAi(in OpCall call)
    {
        var worker = call.State<WorkerIsolate>().Worker;
        worker.Meter?.Counter("ai.requests").Add(1);
        Send(in call, worker.Services.Ai ?? throw JsException.Type("This version has no AI binding."));
    }

    private static void Send(in OpCall call, ISubrequestChannel channel)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var limit = invocation.SubrequestLimit;
        invocation.CountSubrequest();
        IReadOnlyList<string> headers = call[3].ToStringArray();
        var handshake = ClientHandshake.Begin(call[1].ToString(), ref headers);
        var body = OutgoingBody.Read(in call, 4, headers);
        Subrequest request = new()
        {
            Method = call[1].ToString(),
            Url = call[2].ToString(),
            Headers = headers,
            HasBody = body.HasBody,
            BodyBytes = body.Bytes,
            BodyStream = body.Stream,
            BodyLength = body.Length,
            Redirect = (RedirectMode)call[6].Int32,
            MaxRequests = Math.Min(21, limit - invocation.Subrequests + 1),
            Upgrade = handshake is null ? null : ClientHandshake.Protocol,
            Span = invocation.Span,
            Cf = call[7].Kind == JsKind.String ? call[7].ToString() : null,
            CacheNamespace = UserWorkerName.CacheSpace(isolate.Worker.Version.Name),
            Depth = invocation.Depth,
        };
        new SubrequestOp(channel, request, call[0].Int32, handshake).Start(in call);
    }

    private static void Abort(in OpCall call)
    {
        if (call.State<WorkerIsolate>().SubrequestTokens.TryGetValue(call[0].Int32, out var op)) op.Abort();
    }
}
