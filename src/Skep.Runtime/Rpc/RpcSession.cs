using System.IO.Pipelines;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Rpc;
using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Rpc;

/// <summary>What one invocation holds of other workers, and what others hold of it. All of it ends with the invocation.</summary>
internal sealed class RpcSession(RpcTable table, WorkerIsolate isolate, Invocation owner)
{
    /// <summary>What the host's part of a stub costs, on either side.</summary>
    private const long StubBytes = 512;

    private static readonly WorkerError Gone = new(WorkerErrorCode.Exception, "Error: The execution context which hosts this callback is no longer running.");
    private static readonly WorkerError Canceled = new(WorkerErrorCode.Exception, "Error: The execution context responding to this call was canceled.");

    private readonly Dictionary<int, RpcCapability> imports = [];
    private readonly Dictionary<int, IncomingCall> incoming = [];
    private readonly Dictionary<int, OutgoingCall> outgoing = [];
    private readonly Dictionary<int, PipeWriter> writers = [];
    private readonly Lock breaking = new();
    private List<Action<WorkerError>>? watchers;
    private WorkerError? broken;
    private int exports;
    private int streams;
    private int onResults;
    private long charged;
    private bool kept;
    private bool closed;

    public WorkerIsolate Isolate => isolate;

    public Invocation Owner => owner;

    /// <summary>Why calls to it fail from now on, when that has a reason of its own.</summary>
    public WorkerError? Failure { get; set; }

    /// <summary>Somebody waits for an answer, or may still call or read something of it.</summary>
    public bool IsWanted => incoming.Count > 0 || exports > 0 || streams > 0 || Volatile.Read(ref onResults) > 0;

    /// <summary>It answers, and others have nothing that could make it go on.</summary>
    public bool IsAnswering => incoming.Count > 0;

    /// <summary>A call ended with an exception.</summary>
    public bool HasThrown { get; set; }

    /// <summary>A number for a call, an import, a stream.</summary>
    public int NextId() => table.NextId();

    /// <summary>A capability that JavaScript holds from now on, by number.</summary>
    public int Import(RpcCapability capability)
    {
        Charge();
        var id = NextId();
        imports[id] = capability;
        return id;
    }

    /// <summary>The capability with this number.</summary>
    public RpcCapability FindImport(int id) => imports.GetValueOrDefault(id) ?? throw JsException.Plain(WorkerIsolate.ForeignInvocation);

    /// <summary>JavaScript holds it no longer.</summary>
    public void ReleaseImport(int id)
    {
        if (!imports.Remove(id, out var capability)) return;
        Discharge();
        capability.Release();
    }

    /// <summary>Something of JavaScript's that others may call from now on.</summary>
    public ExportedTarget Export(int id)
    {
        Charge();
        exports++;
        owner.Pending++;
        return new ExportedTarget(this, id);
    }

    /// <summary>Nobody holds an export any more; inside a turn.</summary>
    public void Unexport()
    {
        if (closed) return;
        exports--;
        owner.Pending--;
        Discharge();
    }

    /// <summary>A stream of this invocation's is on its way to another: the invocation lasts as long.</summary>
    public void HoldStream()
    {
        streams++;
        owner.Pending++;
    }

    /// <summary>It has ended. From any thread.</summary>
    public void ReleaseStream() => Handover.Post(isolate, new StreamEndTask(this) { Invocation = owner });

    public void Add(IncomingCall call) => incoming[call.Id] = call;

    /// <summary>Whether somebody still waits for the call with this number.</summary>
    public bool Answers(int id) => incoming.ContainsKey(id);

    /// <summary>Whether JavaScript must keep the result of a call that was answered: calls on it are on their way.</summary>
    public bool Keep(IncomingCall answered)
    {
        if (!answered.IsAwaited) return false;
        kept = true;
        return true;
    }

    /// <summary>A call on another's result is on its way, from any thread; or has arrived.</summary>
    public void CountOnResult(int change) => Interlocked.Add(ref onResults, change);

    /// <summary>Nobody waits for the calls under way any more.</summary>
    public void DropIncoming()
    {
        kept |= incoming.Count > 0;
        FailIncoming(Canceled);
    }

    /// <summary>The call with this number, which ends now; null when it has ended.</summary>
    public IncomingCall? TakeIncoming(int id) => incoming.Remove(id, out var call) ? call : null;

    public void Add(int token, OutgoingCall call) => outgoing[token] = call;

    public OutgoingCall? FindOutgoing(int token) => outgoing.GetValueOrDefault(token);

    public void RemoveOutgoing(int token) => outgoing.Remove(token);

    /// <summary>The end to write to of a pipe that JavaScript reads, until it is given away.</summary>
    public void AddWriter(int id, PipeWriter writer) => writers[id] = writer;

    public PipeWriter TakeWriter(int id) => writers.Remove(id, out var writer) ? writer : throw JsException.Type("The stream has been sent already.");

    /// <summary>Brings a call to what JavaScript knows by <paramref name="target"/>. From any thread.</summary>
    public void Deliver(RpcCall call, RpcTargetKind kind, int target, IncomingCall? result = null) =>
        Handover.Post(isolate, new IncomingCallTask(this, call, kind, target, result));

    /// <summary>Nobody holds the export with this number any more. From any thread.</summary>
    public void DeliverRelease(int id) => Handover.Post(isolate, new ReleaseTask(this, id) { Invocation = owner });

    /// <summary>Another process calls the result of a call no more. From any thread that is in no isolate.</summary>
    public void DeliverFinish(IncomingCall call) => Handover.Post(isolate, new FinishTask(call) { Invocation = owner });

    /// <summary>Begins a call in the isolate's turn.</summary>
    public void Begin(RpcCall call, RpcTargetKind kind, int target, string? entrypoint, JsArgument props, bool forget, ref TurnResult result)
    {
        if (owner.Ended)
        {
            Refuse(call);
            return;
        }

        IncomingCall begun = new(this, call, NextId());
        Add(begun);
        call.Begin(begun);
        var engine = isolate.Engine;
        JsArgument bytes = JsArgument.Undefined;
        JsArgument attachments = JsArgument.Undefined;
        JsResult js = default;
        try
        {
            if (call.Arguments is { } arguments) (bytes, attachments) = RpcMessages.Give(this, arguments);

            engine.CallHost(
                HostFunction.RpcCall,
                [owner.Id, begun.Id, (int)kind, target, isolate.NewOptionalString(entrypoint), props, RpcMessages.NewPath(isolate, call.Path), bytes, attachments, forget],
                ref js);
        }
        catch (JsException exception)
        {
            // No room for the arguments.
            if (TakeIncoming(begun.Id) is not null) call.Fail(new WorkerError(WorkerErrorCode.Exception, $"{exception.ErrorClass}: {exception.Message}"));
            return;
        }

        result.Take(in js);
        if (js.Status == JsStatus.Exception && TakeIncoming(begun.Id) is not null) call.Fail(isolate.Describe(js.Value.Local));
    }

    /// <summary>A call came too late.</summary>
    public void Refuse(RpcCall call)
    {
        call.Arguments?.Release();
        call.Fail(Failure ?? Gone);
    }

    /// <summary>Fails the calls under way, and those to come.</summary>
    public void Fail(WorkerError error)
    {
        Failure = error;
        FailIncoming(error);
    }

    public void WhenBroken(Action<WorkerError> action)
    {
        lock (breaking)
        {
            if (broken is null)
            {
                (watchers ??= []).Add(action);
                return;
            }
        }

        action(broken);
    }

    /// <summary>The invocation has ended.</summary>
    public void Close()
    {
        if (closed) return;
        closed = true;
        kept |= incoming.Count > 0;
        FailIncoming(Failure ?? Canceled);
        foreach (var capability in imports.Values) capability.Release();
        imports.Clear();
        outgoing.Clear();
        foreach (var writer in writers.Values) writer.Complete(new IOException("The request ended."));
        writers.Clear();
        isolate.Engine.Discharge(charged);
        List<Action<WorkerError>>? told;
        lock (breaking)
        {
            broken = Failure ?? Gone;
            told = watchers;
            watchers = null;
        }

        if (told is not null)
        {
            foreach (var each in told) each(broken);
        }

        if (exports > 0 || kept) Handover.Post(isolate, new ForgetTask(owner.Id));
    }

    private void FailIncoming(WorkerError error)
    {
        if (incoming.Count == 0) return;
        List<IncomingCall> failed = [.. incoming.Values];
        incoming.Clear();
        foreach (var each in failed) each.Answer.Fail(error);
    }

    private void Charge()
    {
        if (!isolate.Engine.TryCharge(StubBytes)) throw JsException.Range("Out of memory: too many RPC stubs are in use. Dispose of those that are not needed any more.");
        charged += StubBytes;
    }

    private void Discharge()
    {
        if (closed) return;
        charged -= StubBytes;
        isolate.Engine.Discharge(StubBytes);
    }

    private sealed class ReleaseTask(RpcSession session, int id) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            if (Invocation!.Ended) return;
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.RpcRelease, [Invocation.Id, id], ref js);
            result.Take(in js);
            session.Unexport();
        }
    }

    private sealed class FinishTask(IncomingCall call) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            if (!call.BeginOnResult() || Invocation!.Ended) return;
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.RpcForget, [Invocation.Id, call.Id], ref js);
            result.Take(in js);
        }
    }

    private sealed class StreamEndTask(RpcSession session) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            session.streams--;
            Invocation!.Pending--;
        }
    }

    /// <summary>JavaScript forgets what the invocation offered.</summary>
    private sealed class ForgetTask(int id) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.RpcEnded, [id], ref js);
            result.Take(in js);
        }
    }
}
