namespace Skep.Storage.Objects;

/// <summary>Which of the databases that a facet's name has had is its own now: the object's database says it, so that deleting a facet is part of a transaction.
/// What is not said is 0. The empty name stands for all facets together.</summary>
internal sealed class FacetGenerations(ObjectConnection connection)
{
    private bool? _exists;

    public long Of(ReadOnlySpan<byte> name)
    {
        if (!Exists()) return 0;
        var read = connection.Own("SELECT generation FROM _cf_FACET WHERE name = ?1").BindText(1, name);
        var generation = read.StepTrusted() ? read.Int64(0) : 0;
        read.Reset();
        return generation;
    }

    public void Set(ReadOnlySpan<byte> name, long generation)
    {
        if (!Exists())
        {
            connection.Execute("CREATE TABLE IF NOT EXISTS _cf_FACET (name TEXT PRIMARY KEY, generation INTEGER NOT NULL) WITHOUT ROWID");
            _exists = true;
        }

        connection.Own("INSERT INTO _cf_FACET VALUES (?1, ?2) ON CONFLICT DO UPDATE SET generation = excluded.generation").BindText(1, name).Bind(2, generation).Run();
    }

    /// <summary>Forgets single facets: all have gone.</summary>
    public void Clear(long generation)
    {
        if (Exists()) connection.Own("DELETE FROM _cf_FACET").Run();
        Set([], generation);
    }

    /// <summary>Something was undone: what was read may be wrong.</summary>
    public void Forget() => _exists = null;

    private bool Exists()
    {
        if (_exists is { } known) return known;
        var has = connection.Own("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = '_cf_FACET'");
        _exists = has.StepTrusted();
        has.Reset();
        return _exists.Value;
    }
}
