using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Objects;

/// <summary>A statement of a worker that is run. One that writes is run to its end at once, so that no transaction waits for a cursor.</summary>
internal sealed class ObjectCursor(ObjectSql sql, ObjectStorage storage, ObjectSession session, PreparedSql prepared) : IObjectCursor
{
    private Queue<SqlRow>? _kept;
    private SqlRow? _row;
    private bool _started;
    private bool _ended;
    private bool _closed;
    private long _rows;
    private long _read;
    private long _written;

    /// <inheritdoc/>
    public int ParameterCount => prepared.ParameterCount;

    /// <inheritdoc/>
    public int ColumnCount { get; private set; } = prepared.ColumnCount;

    /// <inheritdoc/>
    public long RowsRead => prepared.ReadBefore + (_ended ? _read : ReadSoFar());

    /// <inheritdoc/>
    public long RowsWritten => prepared.WrittenBefore + _written;

    /// <inheritdoc/>
    public string ColumnName(int column) => prepared.Columns()[column];

    /// <inheritdoc/>
    public void BindNull(int parameter) => prepared.Statement.BindNull(parameter);

    /// <inheritdoc/>
    public void Bind(int parameter, double value) => prepared.Statement.Bind(parameter, value);

    /// <inheritdoc/>
    public void BindText(int parameter, ReadOnlySpan<byte> utf8) => Bind(static (statement, parameter, value) => statement.BindText(parameter, value), parameter, utf8);

    /// <inheritdoc/>
    public void BindBlob(int parameter, ReadOnlySpan<byte> value) => Bind(static (statement, parameter, value) => statement.BindBlob(parameter, value), parameter, value);

    /// <inheritdoc/>
    public bool Step()
    {
        if (_closed) throw new ObjectStorageException(ObjectStorageError.Refused, "SQL cursor was closed because the object's storage was closed or deleted meanwhile.");
        if (_ended && _kept is null) return false;
        try
        {
            if (!_started) Start();
            if (_kept is { } kept) return kept.TryDequeue(out _row);
            if (StepStatement()) return true;
            End();
            return false;
        }
        catch (SqliteException failure)
        {
            End();
            throw storage.Failed(failure);
        }
    }

    /// <inheritdoc/>
    public SqlType Type(int column) => _row is { } row ? row.Type(column) : prepared.Statement.Type(column);

    /// <inheritdoc/>
    public double Number(int column) => _row is { } row ? row.Number(column) : prepared.Statement.Number(column);

    /// <inheritdoc/>
    public ReadOnlySpan<byte> Bytes(int column) => _row is { } row ? row.Bytes(column) : prepared.Statement.Bytes(column);

    /// <summary>The storage takes the statement away.</summary>
    public void Close()
    {
        if (_ended) return;
        _closed = true;
        End();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _kept = null;
        End();
    }

    private void Start()
    {
        _started = true;
        sql.Started(this);
        if (prepared.IsReadOnly) return;
        storage.Write();
        var before = session.Connection.TotalChanges;
        _kept = new Queue<SqlRow>();
        while (StepStatement()) _kept.Enqueue(new SqlRow(prepared.Statement));
        _written = (session.Connection.TotalChanges - before) * prepared.WritesPerRow;
        End();
    }

    private bool StepStatement()
    {
        if (!prepared.Statement.Step()) return false;
        _rows++;
        ColumnCount = prepared.Statement.ColumnCount;
        return true;
    }

    // A scan counts its steps from one row to the next.
    private long ReadSoFar() => Math.Max(_rows, prepared.Statement.ScanSteps is > 0 and var steps ? steps + 1 : 0);

    private void End()
    {
        if (_ended) return;
        _read = ReadSoFar();
        _ended = true;
        sql.Ended(this, prepared);
    }

    private void Bind(SpanBinder bind, int parameter, ReadOnlySpan<byte> value)
    {
        try
        {
            bind(prepared.Statement, parameter, value);
        }
        catch (SqliteException failure)
        {
            throw storage.Failed(failure);
        }
    }

    private delegate void SpanBinder(SqlStatement statement, int parameter, ReadOnlySpan<byte> value);
}
