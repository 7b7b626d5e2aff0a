using System.Collections.Concurrent;
using Skep.Abstractions.Errors;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>Events and calls between two worker processes, over a socket pair that the supervisor gave to both: it is not on their way. Each
/// request, call, capability and stream has a number; even ones are given by one side, odd ones by the other.</summary>
internal sealed class PeerConnection : IDisposable
{
    /// <summary>What callers are told who had something under way.</summary>
    public static readonly WorkerError Gone = new(WorkerErrorCode.Exception, "Error: Network connection lost.") { IsRetryable = true };

    private readonly LinkSocket _socket;
    private readonly IPeerHost _host;
    private readonly FrameSender _sender;
    private readonly string _name;
    private readonly ConcurrentDictionary<uint, IPeerItem> _items = new();
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly uint _parity;
    private uint _last;

    /// <param name="socket">This side's end.</param>
    /// <param name="isFirst">True on exactly one side.</param>
    /// <param name="host">Takes the other side's events.</param>
    /// <param name="name">What its threads are called.</param>
    public PeerConnection(LinkSocket socket, bool isFirst, IPeerHost host, string name)
    {
        (_socket, _host, _name) = (socket, host, name);
        _parity = _last = isFirst ? 0u : 1u;
        _sender = new FrameSender(socket, name);
    }

    /// <summary>Ends when the other process is gone.</summary>
    public Task Closed => _closed.Task;

    public bool IsClosed => _closed.Task.IsCompleted;

    /// <summary>Signals that this process goes down.</summary>
    public CancellationToken GoingDown => _host.GoingDown;

    /// <summary>Begins to read.</summary>
    public void Start() => new Thread(Read) { IsBackground = true, Name = $"skep peer {_name}" }.Start();

    /// <summary>Gives an item a number, for frames that come for it.</summary>
    public uint Add(IPeerItem item)
    {
        uint id;
        do id = Interlocked.Add(ref _last, 2);
        while (!_items.TryAdd(id, item));
        LoseIfClosed(id);
        return id;
    }

    /// <summary>Takes an item by the number that the other side gave it.</summary>
    public void Accept(uint id, IPeerItem item)
    {
        if ((id & 1) == _parity || !_items.TryAdd(id, item)) throw new InvalidDataException($"The number {id} is not the other side's to give.");
        LoseIfClosed(id);
    }

    /// <summary>No frame is for it any more; false when that was so already.</summary>
    public bool Remove(uint id) => _items.TryRemove(id, out _);

    public IPeerItem? Find(uint id) => _items.GetValueOrDefault(id);

    /// <summary>Sends a frame; false when the other process is gone.</summary>
    public bool Send(FrameKind kind, uint id, ReadOnlySpan<byte> payload = default, bool more = false) =>
        _sender.Send(new FrameHead(kind, LinkMethod.None, HasBody: false, id, payload.Length), payload, more);

    /// <summary>Sends what was held back.</summary>
    public void Flush() => _sender.Flush();

    /// <summary>Ends when the other process has taken everything that was sent before, and this one what the other had sent by then; or when it is gone.</summary>
    public Task SyncAsync()
    {
        SyncItem item = new(this);
        Send(FrameKind.Sync, item.Id = Add(item));
        return item.Task;
    }

    /// <summary>Works with something that came over the connection. When that is no sense, the other process cannot be spoken with.</summary>
    public void Guard(Action work)
    {
        try
        {
            work();
        }
        catch (InvalidDataException)
        {
            Dispose();
        }
    }

    /// <summary>Ends the connection; what is under way is lost.</summary>
    public void Dispose()
    {
        _socket.ShutDown();
        _sender.Dispose();
    }

    // One that comes after all others were told.
    private void LoseIfClosed(uint id)
    {
        if (!IsClosed) return;
        ThreadPool.UnsafeQueueUserWorkItem(
            static lost =>
            {
                if (lost.Peer._items.TryRemove(lost.Id, out var item)) item.Lost();
            },
            (Peer: this, Id: id),
            preferLocal: false);
    }

    private void Read()
    {
        try
        {
            FrameReader reader = new(_socket);
            while (reader.TryRead(out var head, out var payload)) Take(head, payload.ToArray());
        }
        catch (InvalidDataException)
        {
            // Whoever sent this cannot be spoken with: as good as gone.
        }
        finally
        {
            _closed.TrySetResult();
            // In the order of their making, so that events which another host takes instead keep theirs.
            foreach (var (id, item) in _items.OrderBy(each => each.Key))
            {
                if (_items.TryRemove(id, out _)) item.Lost();
            }

            Dispose();
            _socket.Dispose();
        }
    }

    private void Take(FrameHead head, byte[] payload)
    {
        switch (head.Kind)
        {
            case FrameKind.Fetch:
                new PeerFetchEvent(this, head.Call, payload).Start(_host);
                break;
            case FrameKind.Session:
                new PeerRpcEvent(this, head.Call, payload).Start(_host);
                break;
            case FrameKind.Sync:
                Send(FrameKind.Synced, head.Call);
                break;
            default:
                if (_items.TryGetValue(head.Call, out var item)) item.Take(head.Kind, payload);
                else Miss(head.Kind, head.Call, payload);
                break;
        }
    }

    /// <summary>What a frame was for has ended on this side, which the other did not know yet.</summary>
    private void Miss(FrameKind kind, uint id, byte[] payload)
    {
        if (kind == FrameKind.StreamData) Send(FrameKind.StreamCancel, id);
        else if (kind == FrameKind.Call) PeerCall.Refuse(this, payload);
    }

    private sealed class SyncItem(PeerConnection peer) : IPeerItem
    {
        private readonly TaskCompletionSource _synced = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public uint Id { get; set; }

        public Task Task => _synced.Task;

        public void Take(FrameKind kind, byte[] payload)
        {
            peer.Remove(Id);
            _synced.TrySetResult();
        }

        public void Lost() => _synced.TrySetResult();
    }
}
