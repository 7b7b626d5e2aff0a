using System.Collections.Concurrent;
using Skep.Abstractions.Catalog;
using Skep.Control.Envelopes;

namespace Skep.Control.Scripts;

/// <summary>Changes scripts one at a time, and makes the serving side take note before the client hears of it.</summary>
internal sealed class ScriptChanges(ICatalog catalog, IDeploymentTarget target, TimeProvider time)
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
        await target.RefreshAsync(change.Script.Name);
        return version;
    }

    /// <summary>Removes the script from the catalog and from service; false when there is none.</summary>
    public async Task<bool> DeleteAsync(string script, AuditEntry audit)
    {
        var deleted = await catalog.DeleteScriptAsync(script, audit);
        await target.RefreshAsync(script);
        return deleted;
    }
}
