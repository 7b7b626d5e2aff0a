using Skep.Abstractions.Objects;

namespace Skep.Supervision.Objects;

/// <summary>Who hosts which object, as long as this process lives: its worker processes do not outlive it.</summary>
/// <param name="firstEpoch">Higher than any epoch that was given before.</param>
internal sealed class LeaseTable(long firstEpoch) : IObjectLeases
{
    private readonly Dictionary<ObjectAddress, Held> _leases = [];
    private readonly Dictionary<string, HashSet<ObjectAddress>> _hosts = new(StringComparer.Ordinal);
    private long _last = firstEpoch;

    /// <inheritdoc/>
    public async ValueTask<ObjectLease> AcquireAsync(ObjectAddress address, string host, long after, CancellationToken cancellation = default)
    {
        for (;;)
        {
            Task changed;
            lock (_leases)
            {
                if (!_leases.TryGetValue(address, out var held))
                {
                    held = new Held(host, ++_last);
                    _leases[address] = held;
                    Of(host).Add(address);
                    return new(host, held.Epoch, IsNew: true);
                }

                if (held.Epoch > after && (held.IsConfirmed || held.Host == host)) return new(held.Host, held.Epoch, IsNew: false);
                changed = held.Changed;
            }

            await changed.WaitAsync(cancellation);
        }
    }

    /// <inheritdoc/>
    public ValueTask ConfirmAsync(ObjectAddress address, long epoch)
    {
        Held? held;
        lock (_leases)
        {
            if (!_leases.TryGetValue(address, out held) || held.Epoch != epoch) return ValueTask.CompletedTask;
            held.IsConfirmed = true;
        }

        held.Tell();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAsync(ObjectAddress address, long epoch)
    {
        Held? held;
        lock (_leases)
        {
            if (!_leases.TryGetValue(address, out held) || held.Epoch != epoch) return ValueTask.CompletedTask;
            _leases.Remove(address);
            Of(held.Host).Remove(address);
        }

        held.Tell();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask ReleaseAllAsync(string host)
    {
        List<Held> ended = [];
        lock (_leases)
        {
            if (!_hosts.Remove(host, out var addresses)) return ValueTask.CompletedTask;
            foreach (var address in addresses)
            {
                if (_leases.Remove(address, out var held)) ended.Add(held);
            }
        }

        foreach (var each in ended) each.Tell();
        return ValueTask.CompletedTask;
    }

    /// <summary>The lease that is held; null when there is none.</summary>
    public ObjectLease? Find(ObjectAddress address)
    {
        lock (_leases) return _leases.TryGetValue(address, out var held) ? new(held.Host, held.Epoch, IsNew: false) : null;
    }

    /// <summary>How many objects a host has.</summary>
    public int Count(string host)
    {
        lock (_leases) return _hosts.TryGetValue(host, out var addresses) ? addresses.Count : 0;
    }

    private HashSet<ObjectAddress> Of(string host)
    {
        if (!_hosts.TryGetValue(host, out var addresses)) _hosts[host] = addresses = [];
        return addresses;
    }

    private sealed class Held(string host, long epoch)
    {
        private TaskCompletionSource? _changed;

        public string Host => host;

        public long Epoch => epoch;

        public bool IsConfirmed { get; set; }

        /// <summary>Ends with the next change. Made for the first who waits; inside the lock.</summary>
        public Task Changed => (_changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

        public void Tell() => Interlocked.Exchange(ref _changed, null)?.TrySetResult();
    }
}
