using System.Collections.Concurrent;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Objects;
using Skep.Control.Envelopes;

namespace Skep.Control.Scripts;

/// <summary>Changes scripts one at a time, and makes the serving side take note before the client hears of it.</summary>
internal sealed class ScriptChanges(ICatalog catalog, IDeploymentTarget target, TimeProvider time, IObjectStore? objects = null)
{
    private readonly ConcurrentDictionary<string, SemaphoreSlim> _gates = new(StringComparer.Ordinal);

    public DateTimeOffset Now => ApiTime.Now(time);

    /// <summary>Runs <paramref name="change"/> while nobody else changes the script.</summary>
    public async Task<T> AloneAsync<T>(string script, Func<Task<T>> change)
    {
        var gate = _gates.GetOrAdd(script, static _ => new SemaphoreSlim(1));
        await gate.WaitAsync();
        try
        {
            return await change();
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Stores the change and puts it into effect.</summary>
    public async Task<ScriptVersion?> ApplyAsync(CatalogChange change)
    {
        var version = await catalog.ApplyAsync(change);
        foreach (var other in change.Others) await target.RefreshAsync(other.Name);
        await target.RefreshAsync(change.Script.Name);
        return version;
    }

    /// <summary>Removes what objects of classes that are gone have stored.</summary>
    public async Task DeleteObjectsAsync(IEnumerable<ObjectClass> classes)
    {
        if (objects is null) return;
        foreach (var each in classes) await objects.DeleteNamespaceAsync(each.NamespaceId);
    }

    /// <summary>Removes the script from the catalog and from service, and what its objects have stored; false when there is none.</summary>
    public Task<bool> DeleteAsync(string script, AuditEntry audit) => AloneAsync(script, async () =>
    {
        var known = await catalog.FindScriptAsync(script);
        var deleted = await catalog.DeleteScriptAsync(script, audit);
        await target.RefreshAsync(script);
        await DeleteObjectsAsync(known?.ObjectClasses ?? []);
        return deleted;
    });
}
