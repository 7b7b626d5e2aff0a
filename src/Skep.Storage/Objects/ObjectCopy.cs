using Skep.Abstractions.Objects;
using Skep.Storage.Sqlite;
using Skep.Storage.Sqlite.History;

namespace Skep.Storage.Objects;

/// <summary>Copies what an object stores, as of one moment, whoever has it open meanwhile: SQLite's lock on it (exclusive) keeps others from reading
/// through SQLite, so database and log are copied as files.</summary>
/// <remarks>
/// <para>A log only grows until it has been moved into the database; then it is emptied and begins anew with another salt. While one that has begun is not emptied, the
/// database plus the log, copied in this order, are what a crash at the end of the copying would leave: whatever the move has changed in the database, the log has too.
/// If there was no log, the database must not have been written meanwhile. Else the copying begins anew.</para>
/// <para>A host that is busy could empty its log again and again; it does not while there is a file with the name <see cref="Holding"/> gives.</para>
/// </remarks>
public static class ObjectCopy
{
    /// <summary>What the files of objects' databases end with.</summary>
    public const string Extension = ObjectFile.Extension;

    private const int Attempts = 20;
    private const int AttemptsWithoutHolding = 3;

    // Whoever has left such a file behind does not copy any more.
    private static readonly TimeSpan LongestHolding = TimeSpan.FromHours(6);

    // Longer than the kernel's clock, from which files have their times, stands still (1 to 10 ms).
    private static readonly TimeSpan ClockTick = TimeSpan.FromMilliseconds(20);

    /// <summary>Copies a database and its log, as one file.</summary>
    /// <param name="from">The database.</param>
    /// <param name="to">A file that does not exist yet.</param>
    /// <returns>When the object's alarm is due; null when it has none.</returns>
    /// <exception cref="IOException">It changes too fast to be copied, or cannot be read or written.</exception>
    /// <exception cref="SqliteException">It is damaged.</exception>
    public static DateTimeOffset? Copy(string from, string to)
    {
        for (var attempt = 1; ; attempt++)
        {
            var holds = attempt > AttemptsWithoutHolding;
            if (holds) File.WriteAllBytes(Holding(from), []);
            try
            {
                if (TryCopy(from, to)) break;
            }
            finally
            {
                if (holds) File.Delete(Holding(from));
            }

            Remove(to);
            if (attempt == Attempts) throw new IOException($"{from} is written so much that it cannot be copied as of one moment. Try again, or stop the server for the time of the backup.");
        }

        return Join(from, to);
    }

    /// <summary>Whether somebody copies the database who needs its log as it is.</summary>
    internal static bool IsHeld(string path, DateTimeOffset now)
    {
        var since = File.GetLastWriteTimeUtc(Holding(path));
        return since.Year > 1970 && now.UtcDateTime - since < LongestHolding;
    }

    private static string Holding(string path) => path + "-copied.new";

    private static string LogOf(string path) => path + "-wal";

    private static bool TryCopy(string from, string to)
    {
        var log = SaltOfLog(from);
        var written = File.GetLastWriteTimeUtc(from);
        // Without a log it is the time that tells of writing: what is written while the clock still shows that time would not be seen.
        if (log is null && DateTime.UtcNow - written < ClockTick) Thread.Sleep(ClockTick);
        File.Copy(from, to, overwrite: true);
        if (log is not null) File.Copy(LogOf(from), LogOf(to), overwrite: true);
        return log == SaltOfLog(from) && (log is not null || written == File.GetLastWriteTimeUtc(from));
    }

    private static ulong? SaltOfLog(string path)
    {
        using var log = WalFile.Open(path);
        return log?.Salt;
    }

    // As SQLite does after a crash; then nothing but the database is needed.
    private static DateTimeOffset? Join(string from, string to)
    {
        DateTimeOffset? alarm;
        using (ObjectConnection copy = new(to, ObjectStorageLimits.DatabaseBytes * 4))
        {
            if (!copy.TryMoveLog()) throw new IOException($"The copy of {from} is in use.");
            alarm = new ObjectMetadata(copy).Alarm;
        }

        File.Delete(LogOf(to));
        return SqliteFile.ExamineImmutable(to) is { Count: > 0 } problems ? throw new IOException($"{from} is damaged: {problems[0]}") : alarm;
    }

    private static void Remove(string copy)
    {
        File.Delete(copy);
        File.Delete(LogOf(copy));
    }
}
