using System.Text;
using Skep.Abstractions.Kv;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>A connection that reads one namespace's file. One thread at a time.</summary>
internal sealed class KvReader : IDisposable
{
    private const int StackKey = 1024;

    // A key that is no prefix's end: no UTF-8 has this byte.
    private static readonly byte[] End = [0xff];

    private readonly SqliteDatabase _database;
    private readonly SqliteStatement _get;
    private readonly SqliteStatement _list;

    public KvReader(string path)
    {
        _database = new SqliteDatabase(path, KvSchema.Steps, create: false);
        _database.Execute("PRAGMA query_only = ON; PRAGMA cache_size = -1024;");
        // Columns that a row does not yield are not read either: a value that is too long for now stays on the disk.
        _get = _database.Prepare(
            "SELECT expiration, metadata, CASE WHEN length(value) <= ?2 THEN value END FROM entry WHERE key = ?1 AND (expiration IS NULL OR expiration > ?3)");
        _list = _database.Prepare(
            "SELECT key, expiration, metadata FROM entry WHERE key >= ?1 AND key < ?2 AND (expiration IS NULL OR expiration > ?3) ORDER BY key LIMIT ?4");
    }

    /// <summary>Reads a pair.</summary>
    /// <param name="key">The key.</param>
    /// <param name="now">Seconds since 1970: what has expired by then is not there.</param>
    /// <param name="longest">A longer value is not read.</param>
    /// <param name="entry">The pair, when it was found and read.</param>
    /// <returns>False when it is there and too long.</returns>
    public bool TryGet(string key, long now, long longest, out KvEntry? entry)
    {
        Span<byte> small = stackalloc byte[StackKey];
        var bytes = Encoding.UTF8.GetMaxByteCount(key.Length) <= StackKey ? small[..Encoding.UTF8.GetBytes(key, small)] : Encoding.UTF8.GetBytes(key);
        _get.Reset();
        _get.Bind(1, bytes).Bind(2, longest).Bind(3, now);
        entry = null;
        if (!_get.Step()) return true;
        var tooLong = _get.IsNull(2);
        if (!tooLong) entry = KvEntry.Copy(_get.Blob(2), Expiration(_get, 0), Metadata(_get, 1));
        _get.Reset();
        return !tooLong;
    }

    /// <summary>Reads a page of keys.</summary>
    public KvPage List(KvListQuery query, long now)
    {
        var from = Encoding.UTF8.GetBytes(query.Prefix);
        var to = End;
        if (from.Length > 0)
        {
            to = [.. from];
            to[^1]++;
        }

        // The first key that can follow the last one of the page before.
        if (query.Cursor is { } cursor) from = Later(from, [.. KvCursor.Read(cursor), 0]);
        _list.Reset();
        _list.Bind(1, from).Bind(2, to).Bind(3, now).Bind(4, query.Limit + 1L);
        var keys = new List<KvKey>();
        while (keys.Count < query.Limit && _list.Step()) keys.Add(new KvKey(_list.Text(0), Expiration(_list, 1), Metadata(_list, 2)));
        var more = keys.Count == query.Limit && _list.Step();
        _list.Reset();
        return new KvPage(keys, more ? KvCursor.Write(keys[^1].Name) : null);
    }

    /// <inheritdoc/>
    public void Dispose() => _database.Dispose();

    private static byte[] Later(byte[] one, byte[] other) => one.AsSpan().SequenceCompareTo(other) > 0 ? one : other;

    private static long? Expiration(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Int64(column);

    private static string? Metadata(SqliteStatement row, int column) => row.IsNull(column) ? null : row.Text(column);
}
