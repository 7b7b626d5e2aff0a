using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>Which KV namespaces an account has, stored.</summary>
public interface IKvNamespaces
{
    /// <summary>All of them, by title.</summary>
    ValueTask<ImmutableArray<KvNamespace>> ListNamespacesAsync();

    /// <summary>The namespace of that id, or null.</summary>
    ValueTask<KvNamespace?> FindNamespaceAsync(string id);

    /// <summary>Stores a new namespace; false when its title is taken.</summary>
    ValueTask<bool> AddNamespaceAsync(KvNamespace added, AuditEntry audit);

    /// <summary>Gives a namespace another title; false when that is taken, null when there is no such namespace.</summary>
    ValueTask<bool?> RenameNamespaceAsync(string id, string title, AuditEntry audit);

    /// <summary>Forgets a namespace; false when there is none of that id.</summary>
    ValueTask<bool> RemoveNamespaceAsync(string id, AuditEntry audit);
}

/// <summary>A KV namespace.</summary>
/// <param name="Id">32 hexadecimal digits.</param>
/// <param name="Title">What people call it; unique.</param>
public sealed record KvNamespace(string Id, string Title);
