using System.Collections.Concurrent;
using Skep.Supervision.Link;
using Skep.Supervision.Peers;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>The connections to other worker processes, which the supervisor gives to this one as they are needed.</summary>
internal sealed class PeerTable(DescriptorSocket arrivals, IPeerHost host) : IDisposable
{
    private readonly ConcurrentDictionary<int, TaskCompletionSource<PeerConnection>> _peers = new();

    /// <summary>Begins to take them.</summary>
    public void Start() => new Thread(Take) { IsBackground = true, Name = "skep peers" }.Start();

    /// <summary>The connection to a process, once it is there.</summary>
    public Task<PeerConnection> GetAsync(int process) => Slot(process).Task;

    /// <summary>Ends when the other processes have taken everything that was sent to them.</summary>
    public Task FlushAsync() => Task.WhenAll(Connected.Select(peer => peer.SyncAsync()));

    public void Dispose()
    {
        foreach (var peer in Connected) peer.Dispose();
    }

    private IEnumerable<PeerConnection> Connected => _peers.Values.Where(slot => slot.Task.IsCompletedSuccessfully).Select(slot => slot.Task.Result);

    private TaskCompletionSource<PeerConnection> Slot(int process) =>
        _peers.GetOrAdd(process, static _ => new TaskCompletionSource<PeerConnection>(TaskCreationOptions.RunContinuationsAsynchronously));

    private void Take()
    {
        while (arrivals.TryReceive(out var note, out var descriptor))
        {
            var (process, isFirst) = PeerNote.Read(note);
            PeerConnection peer = new(LinkSocket.Inherited(descriptor), isFirst, host, $"{process}");
            var slot = Slot(process);
            if (slot.Task.IsCompleted) _peers[process] = slot = new TaskCompletionSource<PeerConnection>(TaskCreationOptions.RunContinuationsAsynchronously);
            slot.SetResult(peer);
            _ = ForgetAsync(process, slot, peer);
            peer.Start();
        }
    }

    private async Task ForgetAsync(int process, TaskCompletionSource<PeerConnection> slot, PeerConnection peer)
    {
        await peer.Closed;
        _peers.TryRemove(new(process, slot));
    }
}
