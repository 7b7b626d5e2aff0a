using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>Which D1 databases an account has, stored.</summary>
public interface ID1Databases
{
    /// <summary>All of them, the newest first.</summary>
    ValueTask<ImmutableArray<D1Database>> ListDatabasesAsync();

    /// <summary>The database of that id or, if there is none, of that name; null when there is neither.</summary>
    ValueTask<D1Database?> FindDatabaseAsync(string idOrName);

    /// <summary>Stores a new database; false when its name is taken.</summary>
    ValueTask<bool> AddDatabaseAsync(D1Database added, AuditEntry audit);

    /// <summary>Forgets a database; false when there is none of that id.</summary>
    ValueTask<bool> RemoveDatabaseAsync(string id, AuditEntry audit);
}

/// <summary>A D1 database.</summary>
/// <param name="Id">A UUID.</param>
/// <param name="Name">What people call it; unique.</param>
/// <param name="CreatedOn">When it was made.</param>
public sealed record D1Database(string Id, string Name, DateTimeOffset CreatedOn);
