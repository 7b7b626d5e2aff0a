namespace Skep.Abstractions.Catalog;

/// <summary>Scripts, their versions and deployments, stored. A change that was acknowledged survives the loss of the process.</summary>
public interface ICatalog
{
    /// <summary>The dispatch namespaces that some of the scripts belong to.</summary>
    IDispatchNamespaces DispatchNamespaces { get; }

    /// <summary>A value that is made once and kept, such as the account's id.</summary>
    ValueTask<string> SettingAsync(string name, Func<string> create);

    /// <summary>All scripts, by name.</summary>
    ValueTask<IReadOnlyList<Script>> ListScriptsAsync();

    /// <summary>The script of that name, or null.</summary>
    ValueTask<Script?> FindScriptAsync(string name);

    /// <summary>The script's versions, newest first.</summary>
    ValueTask<IReadOnlyList<ScriptVersion>> ListVersionsAsync(string script, int limit);

    /// <summary>One version of the script, or null.</summary>
    ValueTask<ScriptVersion?> FindVersionAsync(string script, string id);

    /// <summary>The script's deployments, newest first: the first one is in effect.</summary>
    ValueTask<IReadOnlyList<Deployment>> ListDeploymentsAsync(string script, int limit);

    /// <summary>The newest deployment of every script that has one.</summary>
    ValueTask<IReadOnlyList<Deployment>> ListActiveDeploymentsAsync();

    /// <summary>A stored content.</summary>
    /// <exception cref="KeyNotFoundException">There is none of that hash.</exception>
    ValueTask<ReadOnlyMemory<byte>> ReadContentAsync(string hash);

    /// <summary>Stores the change; returns the version that was added, with its number.</summary>
    ValueTask<ScriptVersion?> ApplyAsync(CatalogChange change);

    /// <summary>Removes the script with its versions and deployments; false when there is none.</summary>
    ValueTask<bool> DeleteScriptAsync(string name, AuditEntry audit);

    /// <summary>The newest lines of the audit log, newest first.</summary>
    ValueTask<IReadOnlyList<AuditEntry>> ListAuditAsync(int limit);
}
