namespace Skep.Abstractions.D1;

/// <summary>What the control plane does with D1 databases, beyond queries.</summary>
public interface ID1Upkeep : ID1Transfer
{
    /// <summary>Makes an empty database; nothing happens when it is there already.</summary>
    /// <exception cref="D1Exception">It cannot be made.</exception>
    ValueTask CreateDatabaseAsync(string databaseId);

    /// <summary>Removes a database with its history. Queries under way finish before.</summary>
    /// <exception cref="D1Exception">It cannot be removed.</exception>
    ValueTask DropDatabaseAsync(string databaseId);

    /// <summary>How large a database is.</summary>
    /// <exception cref="D1Exception">There is no such database, or it cannot be read.</exception>
    ValueTask<D1Size> MeasureAsync(string databaseId);

    /// <summary>The bookmark of the state at a time.</summary>
    /// <param name="databaseId">The database.</param>
    /// <param name="at">The time; null for now.</param>
    /// <exception cref="D1Exception">There is no such database, or its history does not go back so far.</exception>
    ValueTask<string> FindBookmarkAsync(string databaseId, DateTimeOffset? at);

    /// <summary>Makes a database what it was at a bookmark. That is a change as others are: it can be undone.</summary>
    /// <returns>The bookmarks of the state afterwards and of that before.</returns>
    /// <exception cref="D1Exception">There is no such database, or its history does not go back so far.</exception>
    ValueTask<D1Restored> RestoreAsync(string databaseId, string bookmark);
}

/// <summary>How large a database is.</summary>
/// <param name="Bytes">The bytes of its pages that are in use.</param>
/// <param name="Tables">How many tables it has.</param>
public sealed record D1Size(long Bytes, int Tables);

/// <summary>What a restoration did.</summary>
/// <param name="Bookmark">The state afterwards.</param>
/// <param name="PreviousBookmark">The state before.</param>
public sealed record D1Restored(string Bookmark, string PreviousBookmark);
