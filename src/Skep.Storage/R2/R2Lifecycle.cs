using System.Text;
using Skep.Abstractions.R2;

namespace Skep.Storage.R2;

/// <summary>Does what a bucket's rules say, inside of a transaction.</summary>
internal static class R2Lifecycle
{
    // Little at a time: writes wait for it.
    private const int AtOnce = 500;

    private static readonly TimeSpan Remembered = TimeSpan.FromDays(7);

    /// <summary>Returns how many objects and uploads it was.</summary>
    public static int Apply(R2Tables tables, IReadOnlyList<R2LifecycleRule> rules, DateTimeOffset now)
    {
        var done = 0;
        foreach (var rule in rules)
        {
            var (from, to) = R2KeyRange.Of(rule.Prefix);
            if (rule.AbortUploads is { } age) done += AbortUploads(tables, from, to, (now - age).ToUnixTimeMilliseconds(), now.ToUnixTimeMilliseconds());
            if (rule.Delete?.StoredBefore(now) is { } expired) done += Delete(tables, from, to, expired);
            if (rule.MoveToInfrequentAccess?.StoredBefore(now) is { } old) done += Move(tables, from, to, old);
        }

        tables.Database.Prepare("DELETE FROM upload WHERE ended <= ?1").Bind(1, (now - Remembered).ToUnixTimeMilliseconds()).Run();
        return done;
    }

    private static int AbortUploads(R2Tables tables, byte[] from, byte[] to, long before, long now)
    {
        var old = tables.Column(
            "SELECT id FROM upload WHERE ended IS NULL AND key >= ?1 AND key < ?2 AND initiated < ?3 LIMIT ?4", row => row.Bind(1, from).Bind(2, to).Bind(3, before).Bind(4, AtOnce));
        foreach (var upload in old) R2UploadTables.End(tables, upload, now);
        return old.Count;
    }

    private static int Delete(R2Tables tables, byte[] from, byte[] to, long before)
    {
        var old = tables.Column("SELECT key FROM object WHERE key >= ?1 AND key < ?2 AND uploaded < ?3 LIMIT ?4", row => row.Bind(1, from).Bind(2, to).Bind(3, before).Bind(4, AtOnce));
        tables.Delete(old);
        return old.Count;
    }

    private static int Move(R2Tables tables, byte[] from, byte[] to, long before)
    {
        var old = tables.Column(
            "SELECT key FROM object WHERE key >= ?1 AND key < ?2 AND uploaded < ?3 AND storage_class = 'Standard' LIMIT ?4",
            row => row.Bind(1, from).Bind(2, to).Bind(3, before).Bind(4, AtOnce));
        foreach (var key in old)
        {
            tables.Database.Prepare("UPDATE object SET storage_class = ?2 WHERE key = ?1").Bind(1, Encoding.UTF8.GetBytes(key)).Bind(2, R2StorageClasses.InfrequentAccess).Run();
        }

        return old.Count;
    }
}
