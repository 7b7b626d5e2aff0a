using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Objects;

/// <content>Keys and values, the alarm, and the whole.</content>
internal sealed partial class ObjectStorage
{
    private readonly AlarmNotes _alarms;
    private readonly ObjectSql _sql;
    private bool _handling;

    /// <inheritdoc/>
    public IObjectSql Sql => _sql;

    /// <inheritdoc/>
    public DateTimeOffset? Alarm
    {
        get => _handling ? null : StoredAlarm;
        set
        {
            _handling = false;
            // Without a file there is no alarm to take away.
            if (value is null && Read() is null) return;
            var session = Write();
            try
            {
                session.WriteAlarm(value);
            }
            catch (SqliteException failure)
            {
                throw Failed(failure);
            }
        }
    }

    /// <inheritdoc/>
    public ReadOnlyMemory<byte> Terms
    {
        get => Read() is { } session ? Try(session, static session => session.ReadTerms()) : [];
        set
        {
            var session = Write();
            try
            {
                session.WriteTerms(value.ToArray());
            }
            catch (SqliteException failure)
            {
                throw Failed(failure);
            }
        }
    }

    private DateTimeOffset? StoredAlarm => Read() is { } session ? Try(session, static session => session.ReadAlarm()) : null;

    /// <inheritdoc/>
    public bool TryBeginAlarm(DateTimeOffset scheduled)
    {
        if (StoredAlarm?.ToUnixTimeMilliseconds() != scheduled.ToUnixTimeMilliseconds()) return false;
        return _handling = true;
    }

    /// <inheritdoc/>
    public void EndAlarm(bool done)
    {
        if (!_handling) return;
        _handling = false;
        if (done) Alarm = null;
    }

    /// <inheritdoc/>
    public long DatabaseSize => Read() is { } session ? Try(session, static session => session.Size()) : 0;

    /// <inheritdoc/>
    public bool TryGet(ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        value = default;
        try
        {
            return Read() is { } session && session.Values.TryGet(key, out value);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public void Put(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (Sqlite)
        {
            if (key.Length + value.Length > ObjectStorageLimits.PairBytes)
                throw new ObjectStorageException(ObjectStorageError.Refused, "string or blob too big: SQLITE_TOOBIG");
        }
        else
        {
            CheckKey(key);
            if (value.Length > ObjectStorageLimits.ValueBytes)
                throw new ObjectStorageException(ObjectStorageError.TooLarge, $"Values cannot be larger than {ObjectStorageLimits.ValueBytes - 34} bytes.");
        }

        var session = Write();
        try
        {
            session.Values.Put(key, value);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        if (!Sqlite) CheckKey(key);
        if (Read() is null) return false;
        var session = Write();
        try
        {
            return session.Values.Delete(key);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public void List<TState>(ReadOnlySpan<byte> start, ReadOnlySpan<byte> end, bool reverse, long limit, TakePair<TState> take, ref TState state)
        where TState : allows ref struct
    {
        if (Read() is not { } session) return;
        try
        {
            session.Values.List(start, end, reverse, limit, take, ref state);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }
    }

    /// <inheritdoc/>
    public void DeleteAll(bool alarm)
    {
        if (_depth > 0) throw new ObjectStorageException(ObjectStorageError.Refused, "Cannot call deleteAll() within a transaction");
        if (Read() is null && !MayHaveFacets) return;
        var session = Write();
        try
        {
            _sql.Clear();
            // What was written before in this turn goes with the rest; foreign keys cannot be switched off within a transaction.
            session.Clear(_epoch, alarm, MayHaveFacets ? _file.Facets.NextOfAll(session.Facets.Of([])) : null);
            if (alarm && session.ReadTerms().Length > 0) session.WriteTerms([]);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }

        if (MayHaveFacets) _facetsDurable = WhenDurableAsync();
    }

    private static void CheckKey(ReadOnlySpan<byte> key)
    {
        if (key.Length > ObjectStorageLimits.KeyBytes)
            throw new ObjectStorageException(ObjectStorageError.TooLarge, $"Keys cannot be larger than {ObjectStorageLimits.KeyBytes} bytes.");
    }

    private T Try<T>(ObjectSession session, Func<ObjectSession, T> work)
    {
        try
        {
            return work(session);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }
    }
}
