using Skep.Abstractions.Errors;
using Skep.V8;

namespace Skep.Runtime.Ops;

/// <summary>An asynchronous op by which something leaves the worker. Of a Durable Object it waits for the output gate, here for all of them:
/// an op that asks anybody outside of its isolate is one of these.</summary>
internal abstract class OutgoingOp : PendingOp
{
    /// <summary>What it is to carry and nobody else lets go, when it is never sent.</summary>
    protected virtual Stream? Body => null;

    /// <summary>Returns a promise, and sends now or when what the object wrote before is durable.</summary>
    protected void BeginSending(in OpCall call)
    {
        try
        {
            Begin(in call);
        }
        catch (JsException)
        {
            LetGo();
            throw;
        }

        if (Invocation!.Output is { IsLocked: true } gate) gate.Send(SendWhenDurable);
        else Send();
    }

    /// <summary>Nothing is in the way any more: sends it.</summary>
    protected abstract void Send();

    /// <summary>What was written before will never be durable: it is not sent.</summary>
    protected abstract void Withdraw(WorkerError error);

    private void SendWhenDurable(WorkerError? error)
    {
        if (error is null)
        {
            Send();
            return;
        }

        LetGo();
        Withdraw(error);
    }

    private void LetGo()
    {
        if (Body is { } unsent) _ = unsent.DisposeAsync().AsTask();
    }
}
