using System.IO.Pipelines;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Services;
using Skep.V8;

namespace Skep.Runtime.Rpc;

/// <summary>Ops of calls between workers (<c>js/rpc/ops.ts</c>).</summary>
internal static unsafe class RpcOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("rpc_open", &Open);
        ops.Add("rpc_call", &Call);
        ops.Add("rpc_call_result", &CallResult);
        ops.Add("rpc_return", &Return);
        ops.Add("rpc_throw", &Throw);
        ops.Add("rpc_release", &Release);
        ops.Add("rpc_duplicate", &Duplicate);
        ops.Add("rpc_own", &Own);
        ops.Add("rpc_watch", &Watch);
        ops.Add("rpc_pipe", &OpenPipe);
    }

    private static RpcSession Session(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        return RpcTable.Of(isolate).SessionOf(isolate.RequireInvocation());
    }

    private static RpcCallOp Start(in OpCall call, RpcSession session, int token, JsValue path, JsValue bytes, JsValue attachments)
    {
        RpcCallOp op = new(session, token, path.ToStringArray(), RpcMessages.Read(session, bytes, attachments));
        op.Start(in call);
        return op;
    }

    private static void Open(in OpCall call)
    {
        var target = ServiceTarget.Read(in call, 0, out var depth);
        var session = Session(in call);
        var op = Start(in call, session, call[3].Int32, call[4], call[5], call[6]);
        ServiceRpcEvent opened = new(target, op.Call, depth, session.Owner.Cancellation);
        if (session.Owner.Output is { IsLocked: true } gate) Hold(gate, op.Call, opened.Send);
        else opened.Send();
    }

    private static void Call(in OpCall call)
    {
        var session = Session(in call);
        var target = session.FindImport(call[0].Int32);
        var made = Start(in call, session, call[1].Int32, call[2], call[3], call[4]).Call;
        if (session.Owner.Output is { IsLocked: true } gate) Hold(gate, target, made);
        else target.Call(made);
    }

    /// <summary>Makes a call as soon as what was written before it is durable.</summary>
    private static void Hold(OutputGate gate, OutgoingCall made, Action send) => gate.Send(error =>
    {
        if (error is null)
        {
            send();
            return;
        }

        made.Arguments?.Release();
        made.Fail(error);
    });

    private static void Hold(OutputGate gate, RpcCapability target, OutgoingCall made) => Hold(gate, made, () => target.Call(made));

    /// <summary>Answers a call, as soon as what was written before it is durable.</summary>
    private static void Answer(RpcSession session, RpcCall answered, RpcMessage message, bool thrown)
    {
        if (session.Owner.Output is { IsLocked: true } gate) Hold(gate, answered, message, thrown);
        else if (thrown) answered.Throw(message);
        else answered.Return(message);
    }

    private static void Hold(OutputGate gate, RpcCall answered, RpcMessage message, bool thrown) => gate.Send(error =>
    {
        if (error is not null)
        {
            message.Release();
            answered.Fail(error);
        }
        else if (thrown)
        {
            answered.Throw(message);
        }
        else
        {
            answered.Return(message);
        }
    });

    private static void CallResult(in OpCall call)
    {
        var session = Session(in call);
        // Undefined tells that the result is there already.
        // Nor can a call go after another that has left when it has to be held back: it waits for that one's result.
        if (session.Owner.Output is { IsLocked: true } || session.FindOutgoing(call[0].Int32) is not { } parent || !parent.TryBeginCallOnResult()) return;
        try
        {
            parent.CallOnResult(Start(in call, session, call[1].Int32, call[2], call[3], call[4]).Call);
        }
        finally
        {
            parent.EndCallOnResult();
        }
    }

    private static void Return(in OpCall call)
    {
        var session = Find(in call);
        // What is wrong with the message is thrown here, and JavaScript answers with that.
        if (session.Answers(call[1].Int32) && RpcMessages.Read(session, call[2], call[3]) is { } message)
        {
            var answered = session.TakeIncoming(call[1].Int32)!;
            Answer(session, answered.Answer, message, thrown: false);
            call.Return(session.Keep(answered));
        }
    }

    private static void Throw(in OpCall call)
    {
        var session = Find(in call);
        if (!session.Answers(call[1].Int32) || RpcMessages.Read(session, call[2], call[3]) is not { } message) return;
        var answered = session.TakeIncoming(call[1].Int32)!;
        session.HasThrown = true;
        Answer(session, answered.Answer, message, thrown: true);
        call.Return(session.Keep(answered));
    }

    private static RpcSession Find(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        return RpcTable.Of(isolate).SessionOf(isolate.FindInvocation(call[0].Int32));
    }

    private static void Release(in OpCall call) => Session(in call).ReleaseImport(call[0].Int32);

    private static void Duplicate(in OpCall call)
    {
        var session = Session(in call);
        var capability = session.FindImport(call[0].Int32);
        capability.AddReference();
        call.Return(session.Import(capability));
    }

    private static void Own(in OpCall call)
    {
        var session = Session(in call);
        call.Return(session.Import(session.Export(call[0].Int32)));
    }

    private static void Watch(in OpCall call)
    {
        var session = Session(in call);
        var (isolate, owner, id) = (session.Isolate, session.Owner, call[0].Int32);
        var watched = session.FindImport(id);
        // Who waits for it does not hang.
        owner.Pending++;
        watched.WhenBroken(error => Handover.Post(isolate, new BrokenTask(id, error) { Invocation = owner }));
    }

    private static void OpenPipe(in OpCall call)
    {
        var session = Session(in call);
        Pipe pipe = new();
        var id = session.Isolate.Bodies.Add(new HostBody(pipe.Reader.AsStream(), null, session.Owner, source: null));
        session.AddWriter(id, pipe.Writer);
        call.Return(id);
    }

    private sealed class BrokenTask(int import, WorkerError error) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            Invocation!.Pending--;
            JsResult js = default;
            // When nobody can be told any more, JavaScript forgets whom it would have told.
            isolate.Engine.CallHost(HostFunction.RpcBroken, [import, Invocation.Ended ? JsArgument.Undefined : isolate.Engine.NewString(error.Message)], ref js);
            result.Take(in js);
        }
    }
}
