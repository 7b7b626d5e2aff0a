using Skep.Abstractions.Errors;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>The facets of one instance (<c>ctx.facets</c>), by name. They end with it.</summary>
/// <param name="parent">Whose they are.</param>
internal sealed class ObjectFacets(ObjectInstance parent)
{
    /// <summary>Objects within each other, the outermost included.</summary>
    public const int MostDepth = 4;

    // A loop that makes some would else fill the host's memory, which the isolate's limit does not cover.
    private const int MostAtOnce = 1000;

    public static readonly WorkerError Deleted = new(WorkerErrorCode.Exception, "Error: Facet was deleted.");

    private readonly Lock gate = new();
    private readonly Dictionary<string, FacetObject> running = [];
    private readonly Dictionary<string, Task> ending = [];

    /// <summary>Nothing is asked of any, and none has WebSockets.</summary>
    public bool IsIdle => Running().TrueForAll(static each => each.IsIdle);

    /// <summary>Something that one waits for could wake it.</summary>
    public bool HasPending => Running().Exists(static each => each.HasPending);

    /// <summary>The facet of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="isNew">There was none: the caller must say what it is made of.</param>
    /// <exception cref="JsException">There are as many as there may be.</exception>
    public FacetObject Use(string name, out bool isNew)
    {
        lock (gate)
        {
            isNew = !running.TryGetValue(name, out var known);
            if (known is not null) return known;
            if (running.Count == MostAtOnce) throw JsException.Plain($"A Durable Object can have {MostAtOnce} facets running at once. Abort some: ctx.facets.abort(name, reason).");
        }

        var storage = parent.Storage!.Facets.Find(name);
        lock (gate) return running[name] = new FacetObject(this, parent, name, storage, ending.GetValueOrDefault(name, Task.CompletedTask));
    }

    /// <summary>Ends the facet of a name, if it runs.</summary>
    public void Abort(string name, WorkerError reason)
    {
        FacetObject? found;
        lock (gate) found = running.GetValueOrDefault(name);
        if (found is null) return;
        Forget(found);
        found.Abort(reason);
    }

    /// <summary>Deletes what the facet of a name has stored, its own facets too.</summary>
    public void Delete(string name)
    {
        parent.Storage!.Facets.Delete(name);
        Abort(name, Deleted);
        _ = parent.Storage.Facets.SweepAsync(EndingAsync());
    }

    /// <summary>What they have stored is deleted: all end.</summary>
    public void DeleteAll()
    {
        foreach (var each in Running()) Abort(each.Name, Deleted);
        _ = parent.Storage!.Facets.SweepAsync(EndingAsync());
    }

    /// <summary>The parent ends. Completes when nothing of them is open.</summary>
    public Task CloseAsync(WorkerError reason)
    {
        foreach (var each in Running()) Abort(each.Name, reason);
        return EndingAsync();
    }

    /// <summary>The parent is about to end: clients of their WebSockets are told to come back.</summary>
    public void RestartSockets()
    {
        foreach (var each in Running())
        {
            each.SocketsOrNull?.Restart(null);
            each.Instance?.Facets?.RestartSockets();
        }
    }

    /// <summary>A facet stands for its name no more: the next who asks gets another.</summary>
    public void Forget(FacetObject gone)
    {
        lock (gate)
        {
            if (running.GetValueOrDefault(gone.Name) != gone) return;
            running.Remove(gone.Name);
            // It cannot be made any more, so this is the last of it.
            var end = ending[gone.Name] = EndAsync(gone);
            _ = end.ContinueWith(_ => OnClosed(gone.Name, end), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    /// <summary>Ends instances that were idle for long enough.</summary>
    public void Sweep(long now)
    {
        foreach (var each in Running())
        {
            if (each.Instance is not { } instance) continue;
            instance.Facets?.Sweep(now);
            instance.EvictWhenIdle(now);
        }
    }

    private static async Task EndAsync(FacetObject gone)
    {
        // Not within the lock, nor within the turn that resets it.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await gone.ClosedAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private void OnClosed(string name, Task end)
    {
        lock (gate)
        {
            if (ending.GetValueOrDefault(name) == end) ending.Remove(name);
        }
    }

    private Task EndingAsync()
    {
        lock (gate) return Task.WhenAll(ending.Values);
    }

    private List<FacetObject> Running()
    {
        lock (gate) return running.Count == 0 ? [] : [.. running.Values];
    }
}
