namespace Skep.Abstractions.Objects;

/// <summary>What one Durable Object stores, as long as it is open (https://developers.cloudflare.com/durable-objects/api/sqlite-storage-api/).</summary>
/// <remarks>
/// <para>All members may be called by one thread at a time only: the one that runs the object's isolate. Only the tasks complete elsewhere.</para>
/// <para>The first write of a turn opens a transaction that no statement names; <see cref="Commit"/>, at the end of each turn in which JavaScript
/// ran, ends it. What a turn writes is therefore stored together or not at all. The commit is visible at once and durable when the ticket's
/// task completes: until then nothing that depends on it may leave the object (the output gate). Many objects wait for the disk together.</para>
/// <para>Disposing of it completes when the file is closed and another process can open it; what was not committed is undone.</para>
/// <para>When a ticket fails, what the object has in memory and what is stored have parted: the object must be ended and started anew.</para>
/// </remarks>
public interface IObjectStorage : IObjectKeyValues, IAsyncDisposable
{
    /// <summary>Whether the object has SQL; else only keys and values.</summary>
    bool Sqlite { get; }

    /// <summary>The object's SQL.</summary>
    IObjectSql Sql { get; }

    /// <summary>What the object's facets store.</summary>
    IObjectFacets Facets { get; }

    /// <summary>When its alarm is due; null when it has none. Part of the transaction that is open.</summary>
    DateTimeOffset? Alarm { get; set; }

    /// <summary>The terms of whoever set the alarm, as bytes; empty for none. Part of the transaction that is open.</summary>
    ReadOnlyMemory<byte> Terms { get; set; }

    /// <summary>Something was written since the last <see cref="Commit"/> that the output gate has to wait for.</summary>
    bool HoldsOutput { get; }

    /// <summary>The alarm's handler begins. From now on <see cref="Alarm"/> is null until it is set, while what is stored stays.</summary>
    /// <returns>False when the alarm is another by now.</returns>
    bool TryBeginAlarm(DateTimeOffset scheduled);

    /// <summary>The alarm's handler has ended.</summary>
    /// <param name="done">True: the alarm is deleted, unless it was set anew meanwhile. False: it stays for another try.</param>
    void EndAlarm(bool done);

    /// <summary>Ends the turn: what it wrote becomes one transaction. Nothing happens within <see cref="Begin">a transaction</see> that is open.</summary>
    /// <returns>What the output gate waits for; the default when nothing was written since the last call.</returns>
    ObjectCommit Commit();

    /// <summary>Completes when all that was committed so far is on the disk (<c>sync()</c>).</summary>
    Task WhenDurableAsync();

    /// <summary>The writes that follow need no confirmation, until it is set back (<c>allowUnconfirmed</c>): they do not shut the output gate.</summary>
    bool AllowUnconfirmed { get; set; }

    /// <summary>Opens a transaction in the one that is open, if any.</summary>
    ObjectTransaction Begin();

    /// <summary>Ends the innermost transaction, which must be the given one: its writes are kept, or undone.</summary>
    void End(ObjectTransaction transaction, bool keep);

    /// <summary>Deletes all keys, tables, facets, and the alarm when <paramref name="alarm"/> says so.</summary>
    void DeleteAll(bool alarm);

    /// <summary>Bytes that the database takes (<c>sql.databaseSize</c>).</summary>
    long DatabaseSize { get; }

    /// <summary>Marks this moment to come back to (<c>getCurrentBookmark</c>). Bookmarks compare as their moments do.</summary>
    string CurrentBookmark();

    /// <summary>The bookmark of a moment in the last 30 days.</summary>
    /// <exception cref="ObjectStorageException">There is none so old.</exception>
    string BookmarkAt(DateTimeOffset moment);

    /// <summary>When the object is next opened, it is as it was at the bookmark.</summary>
    /// <returns>The bookmark of the moment before, which undoes it.</returns>
    /// <exception cref="ObjectStorageException">It is no bookmark, or too old.</exception>
    string RestoreAtNextOpen(string bookmark);
}

/// <summary>A turn's writes on their way to the disk.</summary>
/// <param name="Durable">Completes when they are there; null when nothing was written.</param>
/// <param name="Confirm">Whether the output gate has to wait for them.</param>
public readonly record struct ObjectCommit(Task? Durable, bool Confirm);

/// <summary>A transaction within an object's storage.</summary>
/// <param name="Depth">How many are around it.</param>
public readonly record struct ObjectTransaction(int Depth);
