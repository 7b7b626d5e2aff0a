using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Services;

namespace Skep.Runtime.Rpc;

/// <summary>A worker's session with another worker's entrypoint, on its way there.</summary>
internal sealed class ServiceRpcEvent : RpcEvent
{
    private readonly ServiceTarget target;
    private readonly CancellationTokenSource aborted = new();
    private readonly CancellationTokenRegistration caller;

    public ServiceRpcEvent(ServiceTarget target, RpcCall call, int depth, CancellationToken callerEnded)
    {
        this.target = target;
        Call = call;
        Depth = depth;
        caller = callerEnded.UnsafeRegister(static source => ((CancellationTokenSource)source!).Cancel(), aborted);
    }

    public override string? Entrypoint => target.Entrypoint;

    public override ObjectAddress? Object => target.Object;

    public override CallerProps? Props => target.Props;

    public override InvocationTerms? Terms => target.Terms;

    public override int Depth { get; }

    public override RpcCall Call { get; }

    public override CancellationToken Aborted => aborted.Token;

    public override void Complete(in InvocationSummary summary) => caller.Unregister();

    /// <summary>Sends it off.</summary>
    public void Send()
    {
        Delivery delivery = new(this);
        if (target.IsAtHand) delivery.Run();
        else Handover.Post(delivery);
    }

    private sealed class Delivery(ServiceRpcEvent sent) : Handover.Work, IThreadPoolWorkItem, IObjectDelivery
    {
        ObjectAddress IObjectDelivery.Address => sent.target.Object!;

        IObjectDirectory IObjectDelivery.Directory => sent.target.Objects;

        public override void Run()
        {
            if (sent.target.Object is not null) sent.target.Mailboxes.Deliver(this, atOnce: true);
            else if (sent.target.Deliver<RpcEvent>(sent, null, static (worker, given) => worker.Rpc(given)) is { } missing) Fail(missing);
        }

        public override void Queue()
        {
            if (sent.target.Object is not null) sent.target.Mailboxes.Deliver(this, atOnce: false);
            else ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        /// <inheritdoc/>
        void IThreadPoolWorkItem.Execute() => Run();

        /// <inheritdoc/>
        void IObjectDelivery.Give(IWorker worker) => worker.Rpc(sent);

        /// <inheritdoc/>
        public void Fail(WorkerError error)
        {
            sent.Call.Arguments?.Release();
            sent.Call.Fail(error);
            sent.Complete(new InvocationSummary(InvocationOutcome.ScriptNotFound, default, default, 0, error));
        }
    }
}
