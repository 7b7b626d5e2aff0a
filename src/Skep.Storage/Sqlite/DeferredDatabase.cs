namespace Skep.Storage.Sqlite;

/// <summary>A database without which its server can do the rest: when it cannot be opened, those who use it fail and everybody else goes on.
/// Each use tries to open it again.</summary>
internal sealed class DeferredDatabase : IDisposable
{
    private readonly string _path;
    private readonly IReadOnlyList<string> _schema;
    private readonly Lock _gate = new();
    private volatile SqliteDatabase? _opened;
    private bool _disposed;

    /// <param name="path">The file; made when there is none.</param>
    /// <param name="schema">Its schema.</param>
    /// <param name="onFailure">Hears why it cannot be opened now; null: whoever makes this does.</param>
    /// <exception cref="SqliteException">It cannot be opened, and nobody else is told.</exception>
    public DeferredDatabase(string path, IReadOnlyList<string> schema, Action<Exception>? onFailure)
    {
        (_path, _schema) = (path, schema);
        try
        {
            _opened = new SqliteDatabase(path, schema);
        }
        catch (SqliteException failure) when (onFailure is not null)
        {
            onFailure(failure);
        }
    }

    /// <summary>The database.</summary>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public SqliteDatabase Value => _opened ?? Open();

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (_gate)
        {
            _disposed = true;
            _opened?.Dispose();
        }
    }

    private SqliteDatabase Open()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            return _opened ??= new SqliteDatabase(_path, _schema);
        }
    }
}
