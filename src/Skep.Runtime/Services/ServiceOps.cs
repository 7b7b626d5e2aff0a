using Skep.Abstractions.Channels;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Services;

/// <summary>Ops of requests to other workers in this process (<c>js/rpc/ops.ts</c>).</summary>
internal static unsafe class ServiceOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("service_fetch", &Fetch);
        ops.Add("service_number", &Number);
    }

    private static void Number(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        call.Return(ServiceTargets.Of(isolate).Add(ServiceTarget.Find(in call, 0), isolate.RequireInvocation()));
    }

    private static void Fetch(in OpCall call)
    {
        var target = ServiceTarget.Read(in call, 0, out var depth);
        IReadOnlyList<string> headers = call[6].ToStringArray();
        var method = call[4].ToString();
        var handshake = ClientHandshake.Begin(method, ref headers);
        var body = OutgoingBody.Read(in call, 7, headers);
        Subrequest request = new()
        {
            Method = method,
            Url = call[5].ToString(),
            Headers = headers,
            HasBody = body.HasBody,
            BodyBytes = body.Bytes,
            BodyStream = body.Stream,
            BodyLength = body.Length,
            Redirect = RedirectMode.Manual,
            Upgrade = handshake is null ? null : ClientHandshake.Protocol,
            Cf = call[9].Kind == JsKind.String ? call[9].ToString() : null,
        };
        new SubrequestOp(new ServiceChannel(target, depth), request, call[3].Int32, handshake, isConnection: false).Start(in call);
    }
}
