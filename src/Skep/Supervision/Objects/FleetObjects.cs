using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.Objects;

/// <summary>Says which worker process hosts an object, and connects whoever asks with it. Whoever asks first becomes the host: then most events for the
/// object have no way to go; unless it has clearly more than others already.</summary>
internal sealed class FleetObjects(LeaseTable leases, TimeProvider time)
{
    // A process whose connection ended has ended too, as a rule, and is buried in a moment.
    private static readonly TimeSpan _burial = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly WorkerError _nobody = new(WorkerErrorCode.Exception, "Error: No worker process can host the Durable Object at the moment.") { IsRetryable = true };
    private static readonly WorkerError _held = new(WorkerErrorCode.Exception, "Error: The Durable Object's former host does not let go of it.") { IsRetryable = true };

    private const int Slack = 16;

    private readonly Lock _gate = new();
    private readonly HashSet<(int, int)> _connected = [];
    private readonly Dictionary<int, IHostingProcess> _processes = [];

    /// <summary>The processes that serve, once there are some.</summary>
    public Func<IEnumerable<IHostingProcess>> Serving { get; set; } = static () => [];

    /// <summary>A process can host objects, and ask for them, from now until its end.</summary>
    public void Add(IHostingProcess process)
    {
        lock (_gate) _processes[process.Number] = process;
        _ = BuryAsync(process);
    }

    /// <summary>Where an object is; the asker becomes its host when nobody is.</summary>
    /// <param name="asker">Null: the supervisor itself.</param>
    public async Task<ObjectPlace> FindAsync(ObjectQuestion asked, IHostingProcess? asker)
    {
        using CancellationTokenSource patience = new(_patience, time);
        for (;;)
        {
            var candidate = Candidate(asker) ?? throw new ObjectUnavailableException(_nobody, retryable: true);
            ObjectLease lease;
            try
            {
                // A host that cannot be reached has ended in a moment; if it has not, it is connected anew.
                if (asked.IsCut) await AwaitEndAsync(asked);
                lease = await leases.AcquireAsync(asked.Address, Name(candidate), asked.IsCut ? 0 : asked.After, patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new ObjectUnavailableException(_held, retryable: true);
            }

            if (Find(lease.Host) is not { } host)
            {
                // It ended at this very moment.
                await leases.ReleaseAsync(asked.Address, lease.Epoch);
                continue;
            }

            if (host == asker) return new(host.Number, lease.Epoch, IsYou: true);
            try
            {
                // It must know before the first event comes.
                if (lease.IsNew)
                {
                    await host.Link.TellAsync(LinkMethod.HostObject, new ObjectLeaseChange(asked.Address, lease.Epoch));
                    await leases.ConfirmAsync(asked.Address, lease.Epoch);
                }

                if (asker is not null) Connect(asker, host);
                return new(host.Number, lease.Epoch, IsYou: false);
            }
            catch (LinkClosedException)
            {
                await host.Ended;
                await leases.ReleaseAllAsync(lease.Host);
            }
        }
    }

    /// <summary>A process takes events for an object that it asked for.</summary>
    public void Confirm(ObjectLeaseChange hosted, IHostingProcess process)
    {
        if (IsOf(hosted, process)) _ = leases.ConfirmAsync(hosted.Address, hosted.Epoch);
    }

    /// <summary>A process has let go of an object.</summary>
    public async Task ReleaseAsync(ObjectLeaseChange released, IHostingProcess process)
    {
        if (IsOf(released, process)) await leases.ReleaseAsync(released.Address, released.Epoch);
    }

    /// <summary>A process by the number of an <see cref="ObjectPlace"/>; null when it has ended.</summary>
    public IHostingProcess? Find(int number)
    {
        lock (_gate) return _processes.GetValueOrDefault(number);
    }

    // A process speaks for its own leases only.
    private bool IsOf(ObjectLeaseChange change, IHostingProcess process) => leases.Find(change.Address) is { } lease && lease.Epoch == change.Epoch && lease.Host == Name(process);

    private static string Name(IHostingProcess process) => $"{process.Number}";

    private IHostingProcess? Find(string name) => Find(int.Parse(name, System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Who becomes the host when nobody is.</summary>
    private IHostingProcess? Candidate(IHostingProcess? asker)
    {
        var members = Serving().ToList();
        var least = members.MinBy(process => leases.Count(Name(process)));
        if (asker is null || !members.Contains(asker) || least is null) return least;
        var most = leases.Count(Name(least));
        return leases.Count(Name(asker)) > most + (most / 4) + Slack ? least : asker;
    }

    private async Task AwaitEndAsync(ObjectQuestion asked)
    {
        if (leases.Find(asked.Address) is not { } lease || lease.Epoch > asked.After || Find(lease.Host) is not { } host) return;
        try
        {
            await host.Ended.WaitAsync(_burial, time);
            await leases.ReleaseAllAsync(lease.Host);
        }
        catch (TimeoutException)
        {
            lock (_gate) _connected.RemoveWhere(pair => pair.Item1 == host.Number || pair.Item2 == host.Number);
        }
    }

    private void Connect(IHostingProcess one, IHostingProcess other)
    {
        lock (_gate)
        {
            if (!_connected.Add((Math.Min(one.Number, other.Number), Math.Max(one.Number, other.Number)))) return;
            var (near, far) = LinkSocket.Pair();
            using (near)
            using (far)
            {
                // One that takes nothing is about to end; whoever waits for the connection asks again.
                if (!one.TryConnect(other.Number, near, isFirst: true) || !other.TryConnect(one.Number, far, isFirst: false))
                    _connected.Remove((Math.Min(one.Number, other.Number), Math.Max(one.Number, other.Number)));
            }
        }
    }

    private async Task BuryAsync(IHostingProcess process)
    {
        // Without its link it can do nothing more that counts; until it has ended it may still hold objects.
        await process.Link.Closed;
        process.Kill();
        await process.Ended;
        lock (_gate)
        {
            _processes.Remove(process.Number);
            _connected.RemoveWhere(pair => pair.Item1 == process.Number || pair.Item2 == process.Number);
        }

        await leases.ReleaseAllAsync(Name(process));
    }
}
