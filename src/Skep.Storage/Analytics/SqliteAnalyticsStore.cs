using System.Diagnostics;
using Skep.Abstractions.Analytics;
using Skep.Storage.Analytics.Sql;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Analytics;

/// <summary>Data points in one SQLite file.</summary>
public sealed class SqliteAnalyticsStore : IAnalyticsStore, IAnalyticsQueries, IDisposable
{
    private const int QueriesAtOnce = 4;
    private const int LongestQuery = 64 << 10;
    private const int StepsBetweenLooks = 10_000;
    private const int RemovedAtOnce = 5_000;
    private static readonly TimeSpan SweepInterval = TimeSpan.FromHours(1);
    private static readonly string Insert =
        $"INSERT INTO point (dataset, timestamp, index1, {Members("blob")}, {Members("double")}) VALUES ({string.Join(", ", Enumerable.Repeat("?", 3 + (2 * AnalyticsPoint.MostMembers)))})";

    private readonly DeferredDatabase _file;
    private readonly SemaphoreSlim _queries = new(QueriesAtOnce);
    private readonly AnalyticsOptions _options;
    private readonly TimeProvider _time;
    private readonly ITimer _sweeper;

    /// <summary>Opens or creates the file.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public SqliteAnalyticsStore(string path, AnalyticsOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        _file = new DeferredDatabase(path, AnalyticsSchema.Steps, options.OnFailure);
        _sweeper = time.CreateTimer(static self => _ = Task.Run(((SqliteAnalyticsStore)self!).SweepQuietly), this, TimeSpan.FromMinutes(1), SweepInterval);
    }

    private SqliteDatabase Database => _file.Value;

    /// <inheritdoc/>
    public ValueTask AddAsync(IReadOnlyList<AnalyticsPoint> points) => new(Task.Run(() => Database.Transaction(() =>
    {
        Dictionary<string, long> datasets = new(StringComparer.Ordinal);
        foreach (var point in points)
        {
            if (!datasets.TryGetValue(point.Dataset, out var dataset)) datasets[point.Dataset] = dataset = DatasetOf(point.Dataset);
            var insert = Database.Prepare(Insert).Bind(1, dataset).Bind(2, point.Timestamp).Bind(3, point.Index);
            for (var i = 0; i < point.Blobs.Count; i++) insert.Bind(4 + i, point.Blobs[i]);
            for (var i = 0; i < point.Doubles.Count; i++) insert.Bind(4 + AnalyticsPoint.MostMembers + i, point.Doubles[i]);
            insert.Run();
        }

        return 0;
    })));

    /// <inheritdoc/>
    public async ValueTask<AnalyticsAnswer> QueryAsync(string sql, CancellationToken cancellation)
    {
        if (sql.Length > LongestQuery) throw new AnalyticsException($"The query has {sql.Length} characters; {LongestQuery} are allowed.");
        var statement = SqlParser.Read(sql);
        var format = AnalyticsFormat.Find(statement.Format);
        if (statement is SqlShow show) return Show(show.What, format);
        await _queries.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => Run((SqlSelect)statement, format, cancellation), cancellation).ConfigureAwait(false);
        }
        finally
        {
            _queries.Release();
        }
    }

    /// <summary>Removes what is older than it has to be.</summary>
    public void Sweep()
    {
        var before = _time.GetUtcNow().Subtract(_options.Retention).ToUnixTimeSeconds();
        while (Database.Transaction(() =>
        {
            var removal = Database.Prepare("DELETE FROM point WHERE rowid IN (SELECT point.rowid FROM dataset JOIN point ON point.dataset = dataset.id AND timestamp < ?1 LIMIT ?2) RETURNING 1")
                .Bind(1, before).Bind(2, RemovedAtOnce);
            var count = 0;
            while (removal.Step()) count++;
            removal.Reset();
            return count;
        }) == RemovedAtOnce)
        {
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _sweeper.Dispose();
        _file.Dispose();
        _queries.Dispose();
    }

    private static string Members(string name) => string.Join(", ", Enumerable.Range(1, AnalyticsPoint.MostMembers).Select(number => $"{name}{number}"));

    private void SweepQuietly()
    {
        try
        {
            Sweep();
        }
        catch (Exception failure) when (failure is IOException or ObjectDisposedException)
        {
            _options.OnFailure?.Invoke(failure);
        }
    }

    private long DatasetOf(string name)
    {
        if (FindDataset(Database, name) is { } known) return known;
        var insert = Database.Prepare("INSERT INTO dataset (name) VALUES (?) RETURNING id").Bind(1, name);
        insert.Step();
        var id = insert.Int64(0);
        insert.Run();
        return id;
    }

    private static long? FindDataset(SqliteDatabase database, string name)
    {
        var query = database.Prepare("SELECT id FROM dataset WHERE name = ?").Bind(1, name);
        long? id = query.Step() ? query.Int64(0) : null;
        query.Reset();
        return id;
    }

    private AnalyticsAnswer Show(string what, AnalyticsFormat format)
    {
        if (what == "TABLES")
        {
            lock (Database.Gate)
            {
                var query = Database.Prepare("SELECT name, 'dataset' FROM dataset ORDER BY name");
                List<string[]> rows = [];
                while (query.Step()) rows.Add([query.Text(0), query.Text(1)]);
                query.Reset();
                return Listed(["dataset", "type"], rows);
            }
        }

        return Listed(["timezone"], what == "TIMEZONE" ? [["Etc/UTC"]] : [.. TimeZoneInfo.GetSystemTimeZones().Select(zone => (string[])[zone.Id]).OrderBy(zone => zone[0], StringComparer.Ordinal)]);

        AnalyticsAnswer Listed(string[] columns, List<string[]> rows)
        {
            using AnalyticsResult result = new(format, [.. columns.Select(column => (column, SqlType.String))]);
            foreach (var row in rows) result.Add(column => row[column]);
            return result.Finish();
        }
    }

    private AnalyticsAnswer Run(SqlSelect select, AnalyticsFormat format, CancellationToken cancellation)
    {
        using SqliteDatabase reader = new(Database.Path, AnalyticsSchema.Steps, create: false);
        reader.Execute("PRAGMA query_only = ON; PRAGMA case_sensitive_like = ON; PRAGMA cache_size = -8192;");
        AnalyticsException? refused = null;
        AnalyticsFunctions.AddTo(reader.Connection, failure => refused ??= failure);
        var (sql, columns) = SqlTranslator.Translate(select, name => FindDataset(reader, name), _time.GetUtcNow().ToUnixTimeSeconds());
        var watch = Stopwatch.StartNew();
        raw.sqlite3_progress_handler(reader.Connection, StepsBetweenLooks, _ => watch.Elapsed > _options.LongestQuery || cancellation.IsCancellationRequested ? 1 : 0, null);
        try
        {
            using AnalyticsResult result = new(format, columns);
            var query = reader.Prepare(sql);
            while (query.Step())
            {
                if (result.Rows >= _options.MostRows) throw new AnalyticsException($"The result has more than {_options.MostRows} rows. Add a LIMIT, or group more coarsely.");
                if (result.Bytes >= _options.MostBytes) throw new AnalyticsException($"The result has more than {_options.MostBytes >> 20} MB. Add a LIMIT, or choose fewer columns.");
                result.Add(query);
            }

            return result.Finish();
        }
        catch (SqliteException failure)
        {
            cancellation.ThrowIfCancellationRequested();
            if (refused is not null) throw refused;
            throw (failure.Code & 0xff) switch
            {
                raw.SQLITE_INTERRUPT => new AnalyticsException($"The query took more than {_options.LongestQuery.TotalSeconds} seconds. Choose a shorter time, or fewer columns."),
                raw.SQLITE_FULL or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_IOERR => failure,
                _ => new AnalyticsException("The query cannot be run: it asks for too much at once.", failure),
            };
        }
    }
}

/// <summary>How data points are kept, and what a query may take.</summary>
public sealed record AnalyticsOptions
{
    /// <summary>How long points are kept.</summary>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>How long a query may run.</summary>
    public TimeSpan LongestQuery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Rows of a result.</summary>
    public int MostRows { get; init; } = 100_000;

    /// <summary>Bytes of a result.</summary>
    public long MostBytes { get; init; } = 64L << 20;

    /// <summary>Hears of what goes wrong aside from queries.</summary>
    public Action<Exception>? OnFailure { get; init; }
}
