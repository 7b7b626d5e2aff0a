using Skep.Runtime.Isolates;
using Skep.Runtime.WebSockets;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>The connections of one isolate, by the numbers JavaScript has for them. Touched only inside the isolate's turns.</summary>
internal sealed class WebSocketTable(WorkerIsolate isolate)
{
    private readonly HandleTable<HostWebSocket> sockets = new();
    private readonly List<HostWebSocket> unsent = [];

    /// <summary>Memory that they hold outside of the heap: together no more than half of what the heap may have.</summary>
    public MemoryBudget Budget { get; } = new(isolate.Worker.Version.Limits.MemoryBytes / 2);

    /// <summary>How many there are.</summary>
    public int Count => sockets.Count;

    public void Add(HostWebSocket socket) => socket.Id = sockets.Add(socket);

    /// <summary>The one with this number, for the code that runs; null when it has ended.</summary>
    public HostWebSocket? Find(int id)
    {
        var found = sockets.Find(id);
        if (found is not null && isolate.RequireInvocation() != found.Owner.Context) throw JsException.Plain(WorkerIsolate.ForeignInvocation);
        return found;
    }

    /// <summary>Takes one out; null when it has ended.</summary>
    public HostWebSocket? Remove(int id) => sockets.Remove(id);

    /// <summary>Before something is sent: of a Durable Object, it may have to wait for writes.</summary>
    public static void HoldIfLocked(WebSocketConnection connection, OutputGate? output)
    {
        // What waits for the same is held together, however much it is.
        if (output is not { IsLocked: true } gate || connection.HeldAt == gate.Position) return;
        var position = connection.HeldAt = gate.Position;
        connection.Hold();
        gate.Send(error =>
        {
            // The gate of the object's next instance counts anew.
            if (connection.HeldAt == position) connection.HeldAt = -1;
            if (error is null) connection.Release();
            else connection.Abort();
        });
    }

    /// <summary>Has something to send when the turn ends.</summary>
    public void AddUnsent(HostWebSocket socket)
    {
        if (socket.IsUnsent) return;
        socket.IsUnsent = true;
        unsent.Add(socket);
    }

    /// <summary>Sends what the turn's messages left, one write for each connection.</summary>
    public void Flush()
    {
        foreach (var socket in unsent)
        {
            socket.IsUnsent = false;
            socket.Connection.Flush();
        }

        unsent.Clear();
    }

    /// <summary>An invocation has ended, and its connections with it.</summary>
    public void CloseFor(Invocation invocation)
    {
        if (sockets.Count == 0) return;
        foreach (var (id, socket) in sockets.ToPairs())
        {
            if (socket.Owner != invocation) continue;
            sockets.Remove(id);
            socket.Drop();
        }
    }

    /// <summary>Ends all of them in order: their version is replaced.</summary>
    public void Shutdown(int status, string reason)
    {
        foreach (var socket in sockets.ToList()) socket.Connection.Shutdown(status, reason);
    }
}
