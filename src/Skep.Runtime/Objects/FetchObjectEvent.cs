using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>A request to a Durable Object.</summary>
internal sealed class FetchObjectEvent(Worker worker, FetchEvent request) : ObjectEvent(worker)
{
    public override InvocationTerms? Terms => request.Terms;

    public override Invocation Begin(ObjectInstance instance) => new FetchToObject(this, instance, request);

    protected override void Fail(WorkerError error) =>
        request.Fail(error, passThrough: false, new InvocationSummary(InvocationOutcome.Exception, default, default, 0, error));

    private sealed class FetchToObject : FetchInvocation
    {
        private readonly FetchObjectEvent source;
        private readonly ObjectInstance instance;

        public FetchToObject(FetchObjectEvent source, ObjectInstance instance, FetchEvent request)
            : base(new GatedFetchEvent(request, instance.Output))
        {
            this.source = source;
            this.instance = instance;
            Gate = instance.Input;
            // Whoever has left meanwhile needs no answer.
            Waited = true;
        }

        public override Invocation Context => instance;

        public override InvocationTerms? Terms => instance.TermsOf(source);

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            if (!instance.TryBegin(this, source)) return;
            base.Run(isolate, ref result);
        }

        public override void Lost() => instance.Live.Return(source);

        public override void End()
        {
            if (Ended) return;
            base.End();
            instance.EventEnded(this);
        }

        protected override void CallHandler(WorkerIsolate isolate, ref JsResult js) => isolate.Engine.CallHost(HostFunction.ObjectFetch, [instance.Id, Id], ref js);
    }
}
