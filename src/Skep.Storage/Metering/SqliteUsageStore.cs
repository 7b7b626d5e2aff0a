using Skep.Abstractions.Metering;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Metering;

/// <summary>Usage in one SQLite file.</summary>
public sealed class SqliteUsageStore : IUsageStore, IDisposable
{
    // Each period, how long it is kept, and what it is then joined into.
    private static readonly (int Seconds, TimeSpan Kept, int? Next)[] Periods =
    [
        ((int)UsageGranularity.Minute, TimeSpan.FromDays(3), (int)UsageGranularity.Hour),
        ((int)UsageGranularity.Hour, TimeSpan.FromDays(90), (int)UsageGranularity.Day),
        ((int)UsageGranularity.Day, TimeSpan.FromDays(730), null),
    ];

    private readonly DeferredDatabase _file;

    /// <summary>Opens or creates the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="onFailure">Hears that it cannot be opened now; null: whoever makes this does.</param>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SqliteUsageStore(string path, Action<Exception>? onFailure = null) => _file = new DeferredDatabase(path, UsageSchema.Steps, onFailure);

    private SqliteDatabase Database => _file.Value;

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyCollection<MeterSample> samples)
    {
        Database.Transaction(() =>
        {
            foreach (var sample in samples)
            {
                foreach (var (counter, count) in sample.Counts) Add(sample, counter, count);
            }

            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<Usage>> QueryAsync(UsageQuery query)
    {
        var period = (long)query.Granularity;
        var usages = new Dictionary<(long Start, string Script, string Version), Dictionary<string, long>>();
        lock (Database.Gate)
        {
            // Finer parts that are still there are joined; coarser ones cannot be divided, and are left out.
            var rows = Database.Prepare(
                """
                SELECT start / ?1 * ?1 AS part, script, iif(?2, version, '') AS of_version, counter, sum(value)
                FROM usage JOIN series ON series.id = usage.series
                WHERE period <= ?1 AND period IN (60, 3600, 86400) AND start >= ?3 / ?1 * ?1 AND start < ?4 AND (?6 OR script = ?5)
                GROUP BY part, script, of_version, counter ORDER BY part, script, of_version
                """)
                .Bind(1, period).Bind(2, query.ByVersion ? 1 : 0).Bind(3, query.From.ToUnixTimeSeconds()).Bind(4, query.To.ToUnixTimeSeconds()).Bind(5, query.Script ?? "any").Bind(6, query.Script is null ? 1 : 0);
            while (rows.Step())
            {
                var key = (rows.Int64(0), rows.Text(1), rows.Text(2));
                if (!usages.TryGetValue(key, out var counts)) usages[key] = counts = new(StringComparer.Ordinal);
                counts[rows.Text(3)] = rows.Int64(4);
            }

            rows.Reset();
        }

        return new([.. usages.Select(each => new Usage(DateTimeOffset.FromUnixTimeSeconds(each.Key.Start), each.Key.Script, each.Key.Version, each.Value))]);
    }

    /// <inheritdoc/>
    public ValueTask RollUpAsync(DateTimeOffset now)
    {
        Database.Transaction(() =>
        {
            foreach (var (seconds, kept, next) in Periods)
            {
                // Whole parts only: an hour is not joined in two halves.
                var until = (now - kept).ToUnixTimeSeconds() / (next ?? seconds) * (next ?? seconds);
                if (next is { } longer)
                {
                    Database.Prepare(
                        """
                        INSERT INTO usage (period, start, series, value)
                        SELECT ?1, start / ?1 * ?1, series, sum(value) FROM usage WHERE period = ?2 AND start < ?3 GROUP BY 2, 3
                        ON CONFLICT DO UPDATE SET value = value + excluded.value
                        """).Bind(1, longer).Bind(2, seconds).Bind(3, until).Run();
                }

                Database.Prepare("DELETE FROM usage WHERE period = ? AND start < ?").Bind(1, seconds).Bind(2, until).Run();
            }

            Database.Prepare("DELETE FROM series WHERE id NOT IN (SELECT series FROM usage)").Run();
            return 0;
        });
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Add(MeterSample sample, string counter, long count)
    {
        Database.Prepare("INSERT INTO series (script, version, counter) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
            .Bind(1, sample.Script).Bind(2, sample.VersionId).Bind(3, counter).Run();
        Database.Prepare(
            """
            INSERT INTO usage (period, start, series, value)
            SELECT 60, ?1, id, ?2 FROM series WHERE script = ?3 AND version = ?4 AND counter = ?5
            ON CONFLICT DO UPDATE SET value = value + excluded.value
            """)
            .Bind(1, sample.Minute).Bind(2, count).Bind(3, sample.Script).Bind(4, sample.VersionId).Bind(5, counter).Run();
    }
}
