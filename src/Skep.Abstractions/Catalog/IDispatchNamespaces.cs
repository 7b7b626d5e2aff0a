using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>Which dispatch namespaces an account has, stored. Their scripts are in the catalog, as
/// <see cref="Routing.UserWorkerName"/> says.</summary>
public interface IDispatchNamespaces
{
    /// <summary>All of them, by name.</summary>
    ValueTask<ImmutableArray<DispatchNamespace>> ListAsync();

    /// <summary>The namespace of that name, or null.</summary>
    ValueTask<DispatchNamespace?> FindAsync(string name);

    /// <summary>Stores a new namespace; null when its name is taken.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="audit">What the audit log says about it, and when it was made and by whom.</param>
    ValueTask<DispatchNamespace?> AddAsync(string name, AuditEntry audit);

    /// <summary>Gives a namespace another name; false when that is taken, null when there is no such namespace.</summary>
    ValueTask<bool?> RenameAsync(string id, string name, AuditEntry audit);

    /// <summary>Forgets a namespace; false when there is none of that id.</summary>
    ValueTask<bool> RemoveAsync(string id, AuditEntry audit);
}

/// <summary>A dispatch namespace.</summary>
public sealed record DispatchNamespace
{
    /// <summary>The name that it was made with, with a number after <c>~</c> when another had that before; never changes.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it; unique.</summary>
    public required string Name { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>The token that made it, by name.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was last renamed, or made.</summary>
    public required DateTimeOffset ModifiedOn { get; init; }

    /// <summary>The token that did that, by name.</summary>
    public required string ModifiedBy { get; init; }
}
