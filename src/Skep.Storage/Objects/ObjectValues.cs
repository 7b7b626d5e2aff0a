using Skep.Abstractions.Objects;

namespace Skep.Storage.Objects;

/// <summary>Keys and values in a table that SQL does not reach.</summary>
internal sealed class ObjectValues(ObjectConnection connection)
{
    private const string Has = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_cf_KV'";
    private const string Make = "CREATE TABLE IF NOT EXISTS _cf_KV (key TEXT PRIMARY KEY, value BLOB) WITHOUT ROWID";

    private bool? _exists;
    private SqlStatement? _get;
    private bool _getting;

    private bool Exists
    {
        get
        {
            if (_exists is { } known) return known;
            var has = connection.Own(Has);
            var exists = has.StepTrusted();
            has.Reset();
            _exists = exists;
            return exists;
        }
    }

    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!Exists) return false;
        EndGet();
        _get ??= connection.Own("SELECT value FROM _cf_KV WHERE key = ?1");
        if (!_get.BindText(1, key).StepTrusted())
        {
            _get.Reset();
            return false;
        }

        // Its memory is lent to the caller until the next call.
        _getting = true;
        value = _get.Bytes(0);
        return true;
    }

    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        EndGet();
        if (!Exists)
        {
            connection.Execute(Make);
            _exists = true;
        }

        connection.Own("INSERT INTO _cf_KV VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value").BindText(1, key).BindBlob(2, value).Run();
    }

    public bool Delete(ReadOnlySpan<byte> key)
    {
        EndGet();
        if (!Exists) return false;
        var before = connection.TotalChanges;
        connection.Own("DELETE FROM _cf_KV WHERE key = ?1").BindText(1, key).Run();
        return connection.TotalChanges != before;
    }

    public void DeleteAll()
    {
        EndGet();
        if (Exists) connection.Execute("DROP TABLE _cf_KV");
        _exists = false;
    }

    public void List<TState>(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, bool reverse, long limit, TakePair<TState> take, ref TState state)
        where TState : allows ref struct
    {
        EndGet();
        if (!Exists) return;
        var list = connection.Own(
            $"SELECT key, value FROM _cf_KV WHERE key >= ?1{(end.IsEmpty ? "" : " AND key < ?3")} ORDER BY key{(reverse ? " DESC" : "")} LIMIT ?2");
        list.BindText(1, start).Bind(2, limit < 0 ? -1 : limit);
        if (!end.IsEmpty) list.BindText(3, end);
        try
        {
            while (list.StepTrusted() && take(ref state, list.Bytes(0), list.Bytes(1)))
            {
            }
        }
        finally
        {
            list.Reset();
        }
    }

    /// <summary>Ends what is being read: an open read keeps the log from being emptied.</summary>
    public void EndGet()
    {
        if (!_getting) return;
        _getting = false;
        _get!.Reset();
    }

    /// <summary>Something was undone: the table may be gone.</summary>
    public void Forget()
    {
        EndGet();
        _exists = null;
    }
}
