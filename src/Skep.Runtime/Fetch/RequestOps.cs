using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Ops that read the inbound request.</summary>
internal static unsafe class RequestOps
{
    [ThreadStatic]
    private static List<string>? scratch;

    public static void Register(OpTable ops)
    {
        ops.Add("request_method", &Method);
        ops.Add("request_url", &Url);
        ops.Add("request_headers", &Headers);
        ops.Add("request_header", &Header);
        ops.Add("request_body", &Body);
        ops.Add("request_body_length", &BodyLength);
        ops.Add("request_cf", &Cf);
        ops.Add("request_signal", &Signal);
    }

    private static FetchInvocation Find(in OpCall call) => (FetchInvocation)call.State<WorkerIsolate>().FindInvocation(call[0].Int32);

    private static void Method(in OpCall call) => call.Return(Find(in call).Method);

    private static void Url(in OpCall call) => call.Return(Find(in call).Url);

    private static void Headers(in OpCall call)
    {
        var list = scratch ??= new List<string>(64);
        list.Clear();
        Find(in call).CopyHeaders(list);
        call.Return(call.Isolate.NewStringArray(list));
    }

    private static void Header(in OpCall call) => call.Return(Find(in call).GetHeader(call[1].ToString()));

    private static void Body(in OpCall call)
    {
        var invocation = Find(in call);
        if (invocation.Body is not { } stream)
        {
            call.Return(0);
            return;
        }

        call.Return(call.State<WorkerIsolate>().Bodies.Add(new HostBody(stream, invocation.BodyLength, invocation, source: null)));
    }

    private static void BodyLength(in OpCall call) => call.Return((double)(Find(in call).BodyLength ?? -1));

    private static void Cf(in OpCall call) => call.Return(Find(in call).Cf);

    private static void Signal(in OpCall call) => call.Return(Find(in call).WatchClient());
}
