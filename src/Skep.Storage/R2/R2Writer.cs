using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>The connection that changes one bucket's database, and what follows for its files. One thread at a time.</summary>
internal sealed class R2Writer : IDisposable
{
    private readonly R2Folder _folder;
    private readonly R2StoreOptions _options;
    private readonly ReaderEpochs _epochs;
    private readonly SqliteDatabase _database;
    private readonly R2Tables _tables;
    private readonly IDisposable _presence;
    private readonly Lock _gate = new();
    private List<string> _removed = [];

    public R2Writer(R2Folder folder, R2StoreOptions options, ReaderEpochs epochs, bool create)
    {
        _folder = folder;
        _options = options;
        _epochs = epochs;
        _database = new SqliteDatabase(folder.Database, R2Schema.Steps, create);
        _database.Execute("PRAGMA cache_size = -2048;");
        _tables = new R2Tables(_database, options.MaxBucketBytes);
        folder.Prepare();
        _presence = folder.Occupy(CleanUp);
    }

    /// <summary>Does the changes in one transaction: when this returns they are on the disk, when it throws nothing happened.</summary>
    public void Commit(IReadOnlyList<R2Change> changes)
    {
        _tables.Forget();
        var removed = TakeRemoved();
        try
        {
            _database.Transaction(() =>
            {
                foreach (var change in changes) change.Apply(_tables);
                foreach (var blob in removed) ForgetGarbage(blob);
                return 0;
            });
        }
        catch
        {
            lock (_gate) _removed.AddRange(removed);
            throw;
        }

        foreach (var blob in _tables.Named) Try(_folder.Settle, blob);
        if (_tables.Garbage.Count == 0) return;
        _epochs.Add(_tables.Garbage);
        RemoveGarbageSoon();
    }

    /// <summary>Removes the files that nobody names or reads: nobody waits for that.</summary>
    public void RemoveGarbageSoon() => ThreadPool.UnsafeQueueUserWorkItem(static writer => writer.RemoveGarbage(), this, preferLocal: false);

    private void RemoveGarbage()
    {
        foreach (var blob in _epochs.Take())
        {
            if (!Try(_folder.Remove, blob)) continue;
            lock (_gate) _removed.Add(blob);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _presence.Dispose();
        _database.Dispose();
    }

    /// <summary>Finishes what a process left behind that ended in between.</summary>
    private void CleanUp()
    {
        var garbage = _tables.Column("SELECT blob FROM garbage", static row => row);
        foreach (var blob in garbage) _folder.Remove(blob);
        if (garbage.Count > 0) _database.Execute("DELETE FROM garbage");
        foreach (var blob in _folder.ListIncoming().ToList())
        {
            if (IsNamed(blob)) _folder.Settle(blob);
            else _folder.Discard(blob);
        }
    }

    private bool IsNamed(string blob)
    {
        var row = _database.Prepare(
            "SELECT 1 FROM object WHERE blob = ?1 UNION ALL SELECT 1 FROM object_part WHERE blob = ?1 UNION ALL SELECT 1 FROM upload_part WHERE blob = ?1").Bind(1, blob);
        var named = row.Step();
        row.Reset();
        return named;
    }

    private List<string> TakeRemoved()
    {
        lock (_gate)
        {
            var removed = _removed;
            _removed = [];
            return removed;
        }
    }

    private void ForgetGarbage(string blob) => _database.Prepare("DELETE FROM garbage WHERE blob = ?1").Bind(1, blob).Run();

    // The change is on the disk: what cannot be moved or removed now is found where it is, and by the next start.
    private bool Try(Action<string> action, string blob)
    {
        try
        {
            action(blob);
            return true;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _options.OnFailure?.Invoke(failure);
            return false;
        }
    }
}
