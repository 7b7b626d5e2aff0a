using System.Text;
using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>An object's SQL: statements are compiled once and kept, up to an amount of text.</summary>
internal sealed class ObjectSql(ObjectStorage storage) : IObjectSql
{
    private const int CachedText = 1 << 20;

    private const string NoSql =
        "This Durable Object is not backed by SQLite storage, so the SQL API is not available. SQL can be enabled on a new Durable Object class by using "
        + "the `new_sqlite_classes` instead of `new_classes` under `[[migrations]]` in your wrangler.toml, but an already-deployed class cannot be "
        + "converted to SQLite (except by deleting the existing data).";

    private readonly Dictionary<string, LinkedListNode<PreparedSql>> _cache = new(StringComparer.Ordinal);
    private readonly LinkedList<PreparedSql> _used = new();
    private readonly HashSet<ObjectCursor> _cursors = [];
    private int _cachedText;

    /// <summary>Cursors that are not at their end: they hold the state that they read.</summary>
    public int OpenCursors => _cursors.Count;

    /// <inheritdoc/>
    public Func<bool>? StopRequested { get; set; }

    /// <inheritdoc/>
    public IObjectCursor Prepare(string text)
    {
        if (!storage.Sqlite) throw new ObjectStorageException(ObjectStorageError.Refused, NoSql);
        var session = storage.Use();
        session.Values.EndGet();
        session.Connection.StopRequested = StopRequested;
        try
        {
            return new ObjectCursor(this, storage, session, Find(session, text));
        }
        catch (SqliteException failure)
        {
            throw storage.Failed(failure);
        }
    }

    public void Started(ObjectCursor cursor) => _cursors.Add(cursor);

    public void Ended(ObjectCursor cursor, PreparedSql sql)
    {
        _cursors.Remove(cursor);
        sql.InUse = false;
        if (sql.Cached) sql.Statement.Reset();
        else sql.Statement.Dispose();
    }

    /// <summary>Ends all cursors and forgets all statements.</summary>
    public void Clear()
    {
        foreach (var cursor in _cursors.ToList()) cursor.Close();
        foreach (var sql in _used) sql.Statement.Dispose();
        _used.Clear();
        _cache.Clear();
        _cachedText = 0;
    }

    private PreparedSql Find(ObjectSession session, string text)
    {
        if (_cache.TryGetValue(text, out var known))
        {
            if (known.Value.InUse) return PrepareLast(session, text, cached: false);
            _used.Remove(known);
            _used.AddLast(known);
            known.Value.InUse = true;
            return known.Value;
        }

        var prepared = PrepareLast(session, text, cached: true);
        if (!prepared.Cached) return prepared;
        _cache[text] = _used.AddLast(prepared);
        _cachedText += text.Length;
        for (var oldest = _used.First; _cachedText > CachedText && oldest is not null && oldest.Next is not null;)
        {
            var next = oldest.Next;
            if (!oldest.Value.InUse) Drop(oldest);
            oldest = next;
        }

        return prepared;
    }

    private void Drop(LinkedListNode<PreparedSql> node)
    {
        _used.Remove(node);
        _cache.Remove(node.Value.Text);
        _cachedText -= node.Value.Text.Length;
        node.Value.Statement.Dispose();
    }

    private PreparedSql PrepareLast(ObjectSession session, string text, bool cached)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var rest = bytes.AsSpan();
        long read = 0, written = 0;
        while (true)
        {
            var prepared = Compile(session, ref rest, text, cached && rest.Length == bytes.Length)
                ?? throw new ObjectStorageException(ObjectStorageError.Refused, "SQL code did not contain a statement.");
            if (SqlText.IsBlank(rest))
            {
                prepared.ReadBefore = read;
                prepared.WrittenBefore = written;
                return prepared;
            }

            // Not the last: it is run here and now, and only the last one's rows are returned.
            prepared.Cached = false;
            using var cursor = new ObjectCursor(this, storage, session, prepared);
            if (cursor.ParameterCount > 0)
            {
                throw new ObjectStorageException(
                    ObjectStorageError.Refused, "When executing multiple SQL statements in a single call, only the last statement can have parameters.");
            }

            cursor.Step();
            read += cursor.RowsRead;
            written += cursor.RowsWritten;
        }
    }

    private static PreparedSql? Compile(ObjectSession session, ref Span<byte> text, string whole, bool cached)
    {
        var authorizer = session.Connection.Authorizer;
        authorizer.Begin();
        SqlStatement? statement;
        int taken;
        try
        {
            statement = session.Connection.Compile(text, out taken);
        }
        catch (SqliteException failure) when ((failure.Code & 0xff) == raw.SQLITE_AUTH && authorizer.Refusal is { } refusal)
        {
            throw new ObjectStorageException(ObjectStorageError.Refused, refusal, failure);
        }

        var own = text[..taken];
        text = text[taken..];
        if (statement is null) return null;
        // The name that a table is given is not shown to the authorizer.
        if (authorizer.Alters && SqlText.NamesPlatform(own))
        {
            statement.Dispose();
            throw new ObjectStorageException(ObjectStorageError.Refused, "not authorized: SQLITE_AUTH");
        }

        return new PreparedSql(statement, whole)
        {
            Cached = cached && SqlText.IsBlank(text),
            InUse = true,
            WritesPerRow = statement.IsReadOnly ? 0 : WrittenRows.PerChange(session.Connection, authorizer.Written),
        };
    }
}
