using System.Text;
using Skep.Abstractions.Analytics;
using Skep.Storage.Analytics;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Tests.Faults;

/// <summary>Data points, as the buffer of a worker process stores them. All are in one file.</summary>
internal sealed class FaultyAnalytics : FaultyService
{
    private const int Most = 10_000;

    private readonly SqliteAnalyticsStore _store;

    public FaultyAnalytics(string folder)
        : base(folder)
    {
        Directory.CreateDirectory(folder);
        _store = new SqliteAnalyticsStore(FileOf(""), new AnalyticsOptions { OnFailure = Failures.Enqueue }, TimeProvider.System);
    }

    public override Type Refusal => typeof(SqliteException);

    public override bool TellsOperators => true;

    public override Task MakeAsync(string thing) => WriteAsync(thing, "made", 1);

    public override async Task WriteAsync(string thing, string key, int length) =>
        await _store.AddAsync([new AnalyticsPoint(thing, DateTimeOffset.UtcNow.ToUnixTimeSeconds(), "", [key, Text(key, Math.Min(length, Most))], [])]);

    public override async Task<bool> HasAsync(string thing, string key, int length)
    {
        var answer = await _store.QueryAsync($"SELECT blob2 FROM {thing} WHERE blob1 = '{key}' FORMAT TabSeparated", Cancellation);
        return Encoding.UTF8.GetString(answer.Body.Span) == Text(key, Math.Min(length, Most)) + "\n";
    }

    public override string FileOf(string thing) => Path.Combine(Folder, "analytics.db");

    public override ValueTask DisposeAsync()
    {
        _store.Dispose();
        return default;
    }
}
