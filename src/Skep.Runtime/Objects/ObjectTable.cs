using System.Collections.Concurrent;
using Skep.Abstractions.Objects;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>The Durable Objects of a process that have an instance, or WebSockets, or somebody who waits for them. Of all workers: when a
/// version replaces another, an object is never in both.</summary>
internal sealed class ObjectTable(WorkerRuntime runtime)
{
    private readonly ConcurrentDictionary<ObjectAddress, RootObject> objects = new();

    public WorkerRuntime Runtime => runtime;

    /// <summary>How many there are.</summary>
    public int Count => objects.Count;

    /// <summary>Brings an event to an object; events that one thread brings begin in their order.</summary>
    public void Deliver(ObjectEvent given, ObjectAddress address)
    {
        while (!objects.GetOrAdd(address, static (key, table) => new RootObject(table, key), this).TryDeliver(given, address))
        {
            // It was being taken out.
            Thread.Yield();
        }
    }

    /// <summary>The object with this address, if there is anything of it.</summary>
    public LiveObject? Find(ObjectAddress address) => objects.GetValueOrDefault(address);

    /// <summary>Nothing is left of an object.</summary>
    public void Remove(RootObject gone)
    {
        if (objects.TryRemove(new(gone.Address, gone))) runtime.ObjectGone?.Invoke(gone.Address);
    }

    /// <summary>Ends instances that were idle for long enough.</summary>
    public void Sweep(long now)
    {
        foreach (var (_, each) in objects)
        {
            each.Instance?.Facets?.Sweep(now);
            each.Instance?.EvictWhenIdle(now);
        }
    }

    /// <summary>A version leaves service: its instances end as soon as they have answered, or after a moment.</summary>
    public void Close(Worker worker)
    {
        foreach (var (_, each) in objects)
        {
            if (each.Instance is { } instance && instance.Worker == worker) instance.Close(ObjectErrors.CodeUpdated);
            each.SocketsOrNull?.Restart(worker);
        }
    }

    /// <summary>Deployments have changed: what there is of objects whose version is another now ends, likewise.</summary>
    public void CloseMoved(Func<ObjectAddress, string?> versionOf)
    {
        foreach (var (address, each) in objects)
        {
            if (versionOf(address) is not { } now) continue;
            if (each.Instance is { } instance && instance.Worker.Version.Id != now) instance.Close(ObjectErrors.CodeUpdated);
            each.SocketsOrNull?.RestartOthers(now);
        }
    }

    /// <summary>Completes when the storages of those are closed that have ended, or are ending.</summary>
    public Task ClosedAsync() => Task.WhenAll(objects.Values.Select(static each => each.Instance?.Closed ?? Task.CompletedTask));

    /// <summary>Ends what there is of an object, and completes when its storage is closed. Nobody brings it events any more; those
    /// that an instance has not begun are left to another, which ends as well when it has answered them.</summary>
    public async Task EvictAsync(ObjectAddress address)
    {
        while (Find(address) is { } live)
        {
            live.SocketsOrNull?.Restart(null);
            if (live.Instance is { } instance) await instance.CloseAsync(ObjectErrors.Moved).ConfigureAwait(false);
            else if (live.IsWithoutInstance) return;
            // The next one is being made this very moment.
            else await Task.Yield();
        }
    }
}
