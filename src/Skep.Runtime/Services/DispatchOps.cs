using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Services;

/// <summary>The op of dispatch namespaces (<c>js/dispatch/ops.ts</c>).</summary>
internal static unsafe class DispatchOps
{
    public static void Register(OpTable ops) => ops.Add("dispatch_get", &Get);

    private static void Get(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var binding = call.Binding<DispatchNamespaceBinding>();
        DispatchedTarget target = new(isolate.Worker, binding.NamespaceId, call[1].ToString())
        {
            Terms = WorkerOutbound.Route(isolate.Worker, new InvocationTerms
            {
                CpuTime = call[2].IsNumber ? TimeSpan.FromMilliseconds(call[2].Number) : null,
                Subrequests = call[3].IsNumber ? call[3].Int32 : null,
                OutboundService = binding.OutboundService,
                OutboundEnvironment = call[4].Kind == JsKind.Bytes ? call[4].Bytes.ToArray() : default,
            }),
        };
        call.Return(ServiceTargets.Of(isolate).Add(target, invocation));
    }
}
