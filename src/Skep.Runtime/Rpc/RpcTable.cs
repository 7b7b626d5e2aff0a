using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Rpc;

/// <summary>What the invocations of one isolate call, and what others may call of them. Touched only inside the isolate's turns.</summary>
internal sealed class RpcTable(WorkerIsolate isolate) : IInvocationResources
{
    private readonly Dictionary<Invocation, RpcSession> sessions = [];
    private int lastId;

    /// <summary>The isolate's table.</summary>
    public static RpcTable Of(WorkerIsolate isolate) => isolate.Resources(static owner => new RpcTable(owner));

    /// <summary>A number that nothing else has in this isolate.</summary>
    public int NextId() => lastId = lastId == int.MaxValue ? 1 : lastId + 1;

    /// <summary>The invocation's part.</summary>
    public RpcSession SessionOf(Invocation invocation)
    {
        if (sessions.TryGetValue(invocation, out var known)) return known;
        RpcSession session = new(this, isolate, invocation);
        sessions[invocation] = session;
        return session;
    }

    /// <inheritdoc/>
    public void CloseFor(Invocation invocation)
    {
        if (sessions.Remove(invocation, out var session)) session.Close();
    }
}
