using System.Security.Cryptography;
using System.Text;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Loading;

/// <summary>The workers that one worker has loaded. Those with a name are kept for later events, in all of its isolates, until they
/// have been idle for long or there are too many; those without end with the event that loaded them. They end with their loader.</summary>
internal sealed class LoadedWorkers : IAsyncDisposable
{
    private const int MostKept = 500;
    private const int DigestLength = 12;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    private readonly Worker parent;
    private readonly Lock gate = new();
    private readonly Dictionary<(int Loader, string Name), LoadedWorker> named = [];
    private readonly HashSet<LoadedWorker> all = [];
    private readonly ITimer sweeper;
    private int unnamed;

    private LoadedWorkers(Worker parent)
    {
        this.parent = parent;
        sweeper = parent.Runtime.Time.CreateTimer(static self => ((LoadedWorkers)self!).Sweep(), this, Interval, Interval);
    }

    /// <summary>Those of a worker.</summary>
    public static LoadedWorkers Of(Worker parent) => parent.Part(static owner => new LoadedWorkers(owner));

    /// <summary>How many there are.</summary>
    public int Count
    {
        get
        {
            lock (gate) return all.Count;
        }
    }

    /// <summary>The worker of a name, for an invocation; a new one when there is none, or for no name.</summary>
    /// <param name="loader">The loader's place among the bindings: each has its own names.</param>
    /// <param name="name">The name, or null.</param>
    /// <param name="by">The invocation.</param>
    /// <param name="isWanted">True when the invocation must give its code.</param>
    public LoadedWorker Hold(int loader, string? name, Invocation by, out bool isWanted)
    {
        LoadedWorker? known;
        List<LoadedWorker> retired = [];
        lock (gate)
        {
            if (name is null || !named.TryGetValue((loader, name), out known) || !known.TryHold(by, out isWanted))
            {
                known = new LoadedWorker($"{parent.Version.Name}~{(name is null ? $"{++unnamed}" : Digest($"{loader}/{name}"))}", Forget);
                known.TryHold(by, out isWanted);
                all.Add(known);
                known.IsNamed = name is not null;
                if (name is not null) named[(loader, name)] = known;
                if (all.Count > MostKept) retired.AddRange(TakeIdle(all.Where(each => each.IsIdle).OrderBy(each => each.LastUsed).Take(1)));
            }
        }

        foreach (var each in retired) _ = each.RetireAsync();
        return known;
    }

    /// <summary>The invocation does not need it any more.</summary>
    public void Release(LoadedWorker worker, Invocation by)
    {
        worker.Release(by);
        lock (gate)
        {
            if (worker.IsNamed || !all.Remove(worker)) return;
        }

        // Nobody can ask for it again. What it still does is waited for.
        _ = worker.RetireAsync();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await sweeper.DisposeAsync().ConfigureAwait(false);
        LoadedWorker[] left;
        lock (gate)
        {
            left = [.. all];
            named.Clear();
            all.Clear();
        }

        await Task.WhenAll(left.Select(each => each.RetireAsync())).ConfigureAwait(false);
    }

    private static string Digest(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..DigestLength];

    // Who asks for it next gives the code anew; those who hold it are told why it is not there.
    private void Forget(LoadedWorker failed)
    {
        lock (gate) RemoveName(failed);
    }

    private void Sweep()
    {
        var now = Environment.TickCount64;
        List<LoadedWorker> retired;
        lock (gate) retired = TakeIdle(all.Where(each => each.IsIdle && now - each.LastUsed >= parent.Runtime.Options.IdleLifetime.TotalMilliseconds));
        foreach (var each in retired) _ = each.RetireAsync();
    }

    // Under the lock.
    private List<LoadedWorker> TakeIdle(IEnumerable<LoadedWorker> idle)
    {
        List<LoadedWorker> taken = [.. idle];
        foreach (var each in taken)
        {
            all.Remove(each);
            RemoveName(each);
        }

        return taken;
    }

    private void RemoveName(LoadedWorker worker)
    {
        if (!worker.IsNamed) return;
        worker.IsNamed = false;
        foreach (var (key, known) in named)
        {
            if (known != worker) continue;
            named.Remove(key);
            return;
        }
    }
}
