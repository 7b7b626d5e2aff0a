using Skep.Abstractions.Events;
using Skep.Runtime.WebSockets;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>The hibernatable WebSockets of a Durable Object, and what is done with them while it has no instance
/// (https://developers.cloudflare.com/durable-objects/best-practices/websockets/). Its code and the connections' threads use it.</summary>
internal sealed class ObjectSockets(LiveObject live, WorkerRuntime runtime)
{
    private const int MostSockets = 32_768;
    private const long MemoryBytes = 64L << 20;

    private readonly Dictionary<int, ObjectSocket> sockets = [];
    private int lastId;

    public LiveObject Live => live;

    public WorkerRuntime Runtime => runtime;

    /// <summary>What they hold outside of any heap.</summary>
    public MemoryBudget Budget { get; } = new(MemoryBytes);

    /// <summary>A message that is answered without the object's code, and the answer.</summary>
    public (byte[] Request, byte[] Response)? AutoResponse { get; set; }

    /// <summary>How long a handler may take; null: as long as it likes.</summary>
    public TimeSpan? EventTimeout { get; set; }

    /// <summary>There is one.</summary>
    public bool Any
    {
        get
        {
            lock (sockets) return sockets.Count > 0;
        }
    }

    /// <summary>One more, which will be connected when a request is answered with it.</summary>
    public ObjectSocket Accept(Worker worker, string[] tags)
    {
        lock (sockets)
        {
            if (sockets.Count >= MostSockets) throw JsException.Plain($"only {MostSockets} websockets can be accepted on a single Durable Object instance");
            ObjectSocket accepted = new(this, worker, ++lastId, tags);
            sockets.Add(accepted.Id, accepted);
            return accepted;
        }
    }

    /// <summary>The one with this number; null when it has ended.</summary>
    public ObjectSocket? Find(int id)
    {
        lock (sockets) return sockets.GetValueOrDefault(id);
    }

    /// <summary>Numbers of those with a tag, or of all.</summary>
    public List<int> List(string? tag)
    {
        lock (sockets)
        {
            List<int> found = new(tag is null ? sockets.Count : 4);
            foreach (var (id, socket) in sockets)
            {
                if (!socket.IsOver && (tag is null || socket.Tags.Contains(tag, StringComparer.Ordinal))) found.Add(id);
            }

            return found;
        }
    }

    /// <summary>It has ended.</summary>
    public void Remove(ObjectSocket ended)
    {
        bool last;
        lock (sockets)
        {
            last = sockets.Remove(ended.Id) && sockets.Count == 0;
        }

        if (last) live.SocketsGone();
    }

    /// <summary>The version that accepted them is replaced, or (null) the object moves: they are told to come back.</summary>
    public void Restart(Worker? worker) => Restart(each => worker is null || each.Worker == worker);

    /// <summary>The object has another version now: those that this one has not accepted are told to come back.</summary>
    public void RestartOthers(string version) => Restart(each => each.Worker.Version.Id != version);

    private void Restart(Func<ObjectSocket, bool> isConcerned)
    {
        List<ObjectSocket> closed;
        lock (sockets) closed = [.. sockets.Values.Where(isConcerned)];
        foreach (var each in closed) each.Shutdown(CloseCode.ServiceRestart, "Service Restart");
    }

    /// <summary>The instance has ended by a fault: sockets that were never connected end with it.</summary>
    public void DropUnconnected()
    {
        List<ObjectSocket> dropped;
        lock (sockets) dropped = [.. sockets.Values.Where(static each => !each.IsConnected)];
        foreach (var each in dropped) Remove(each);
    }
}
