using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Tracing;
using Skep.Runtime.Isolates;
using Skep.Runtime.Rpc;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>A call of a Durable Object's method. The object's own session answers it: what comes of it lasts as long as the instance.</summary>
internal sealed class RpcObjectEvent(Worker worker, RpcEvent rpcEvent) : ObjectEvent(worker)
{
    public override InvocationTerms? Terms => rpcEvent.Terms;

    public override Invocation Begin(ObjectInstance instance) => new CallToObject(this, instance);

    protected override void Fail(WorkerError error)
    {
        rpcEvent.Call.Arguments?.Release();
        rpcEvent.Call.Fail(error);
        rpcEvent.Complete(new InvocationSummary(InvocationOutcome.Exception, default, default, 0, error));
    }

    private sealed class CallToObject(RpcObjectEvent source, ObjectInstance instance) : ObjectInvocation(source, instance)
    {
        public override int Depth => source.Request.Depth;

        protected override TraceEvent Traced => new RpcTraceEvent(string.Join('.', source.Request.Call.Path));

        protected override void Start(WorkerIsolate isolate, ref TurnResult result)
        {
            var session = RpcTable.Of(isolate).SessionOf(Instance);
            session.Begin(new Watched(this, source.Request.Call), RpcTargetKind.Entrypoint, 0, null, JsArgument.Undefined, forget: false, ref result);
        }

        protected override void Finished(in InvocationSummary summary) => source.Request.Complete(summary);
    }

    private RpcEvent Request => rpcEvent;

    /// <summary>Tells the event when its call is answered.</summary>
    private sealed class Watched(CallToObject invocation, RpcCall inner) : RpcCall
    {
        public override IReadOnlyList<string> Path => inner.Path;

        public override RpcMessage? Arguments => inner.Arguments;

        public override void Begin(RpcCapability result) => inner.Begin(result);

        public override void Return(RpcMessage result)
        {
            inner.Return(result);
            invocation.Answered(InvocationOutcome.Ok, null);
        }

        public override void Throw(RpcMessage thrown)
        {
            inner.Throw(thrown);
            invocation.Answered(InvocationOutcome.Exception, null);
        }

        public override void Fail(WorkerError error)
        {
            inner.Fail(error);
            invocation.Answered(InvocationOutcome.Exception, error);
        }
    }
}
