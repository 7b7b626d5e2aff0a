using System.IO.Pipelines;
using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>Lets the other process write to something of this one's.</summary>
internal sealed class WritableOffer : IPeerItem
{
    private readonly PeerConnection _peer;
    private readonly PipeWriter _target;
    private readonly InboundStream _incoming;
    private bool _begun;

    public WritableOffer(PeerConnection peer, PipeWriter target)
    {
        (_peer, _target) = (peer, target);
        Id = peer.Add(this);
        _incoming = InboundStream.For(peer, Id);
    }

    public uint Id { get; }

    /// <summary>The other side never took it.</summary>
    public void Withdraw() => _peer.Remove(Id);

    public void Take(FrameKind kind, byte[] payload)
    {
        Begin();
        _incoming.Take(kind, payload);
    }

    public void Lost()
    {
        Begin();
        _incoming.Lost();
    }

    // Not before something comes: until then it may be withdrawn.
    private void Begin()
    {
        if (_begun) return;
        _begun = true;
        ThreadPool.UnsafeQueueUserWorkItem(static self => _ = self.CopyAsync(), this, preferLocal: false);
    }

    private async Task CopyAsync()
    {
        await using var body = _incoming.Body;
        try
        {
            for (;;)
            {
                var count = await body.ReadAsync(_target.GetMemory());
                if (count == 0) break;
                _target.Advance(count);
                if ((await _target.FlushAsync()).IsCompleted) break;
            }

            await _target.CompleteAsync();
        }
        catch (Exception failure) when (failure is IOException or OperationCanceledException or InvalidOperationException)
        {
            await _target.CompleteAsync(failure);
        }
    }
}
