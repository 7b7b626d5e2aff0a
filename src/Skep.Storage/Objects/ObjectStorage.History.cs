using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.History;

namespace Skep.Storage.Objects;

/// <content>Going back to an earlier moment: every commit is kept (<see cref="PageHistory"/>).</content>
internal sealed partial class ObjectStorage
{
    // An abandoned cursor keeps the log from being emptied; when it has grown to so many times its usual length, the cursor goes.
    private const int Patience = 10;

    /// <inheritdoc/>
    public string CurrentBookmark() => WithHistory(static (history, _) => history.Bookmark(history.Now), 0);

    /// <inheritdoc/>
    public string BookmarkAt(DateTimeOffset moment) => WithHistory(static (history, moment) => history.Bookmark(history.Find(moment)), moment);

    /// <inheritdoc/>
    public string RestoreAtNextOpen(string bookmark)
    {
        var target = _file.Restore.Resolve(bookmark);
        return WithHistory(
            (history, _) => history.Knows(target)
                ? _file.Restore.Plan(target, history.Bookmark(history.Now))
                : throw new HistoryException($"\"{bookmark}\" is no bookmark of this Durable Object, or its state is not kept any more."),
            0);
    }

    /// <summary>After a sync, on its thread: notes the commits, and moves the log to the file when it has grown.</summary>
    internal void AfterSync() => BetweenTurns(session =>
    {
        try
        {
            var history = session.History(_files.History, _files.Time);
            if (session.Connection.LogFrames < ObjectSession.LogFramesAtMost) return;
            if (ObjectCopy.IsHeld(_file.Path, _files.Time.GetUtcNow())) return;
            if (_sql.OpenCursors > 0 && session.Connection.LogFrames < Patience * ObjectSession.LogFramesAtMost) return;
            _sql.Clear();
            history.KeepLog();
            history.TryEmptyLog(session.Connection);
        }
        catch (Exception failure) when (failure is SqliteException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            // The log holds everything and only grows; the next commit tries again.
            _files.Options.OnFailure?.Invoke(failure);
        }
    });

    private string WithHistory<T>(Func<PageHistory, T, string> ask, T state)
    {
        if (_depth > 0) throw new ObjectStorageException(ObjectStorageError.Refused, "Bookmarks are not available within a transaction.");
        var session = Use();
        try
        {
            if (_wrote)
            {
                _alarms.BeforeCommit(session.ReadAlarm()).AsTask().GetAwaiter().GetResult();
                CommitNow(early: true);
                _early = true;
            }

            return ask(session.History(_files.History, _files.Time), state);
        }
        catch (HistoryException unknown)
        {
            throw new ObjectStorageException(ObjectStorageError.Refused, unknown.Message, unknown);
        }
        catch (SqliteException failure)
        {
            throw Failed(failure);
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            _files.Options.OnFailure?.Invoke(failure);
            throw new ObjectStorageException(ObjectStorageError.Refused, "The Durable Object's history failed; the server's log says why.", failure);
        }
    }
}
