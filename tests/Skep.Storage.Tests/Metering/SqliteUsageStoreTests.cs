using Skep.Abstractions.Metering;
using Skep.Storage.Metering;
using Skep.Testing;

namespace Skep.Storage.Tests.Metering;

public sealed class SqliteUsageStoreTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private SqliteUsageStore _store;

    public SqliteUsageStoreTests() => _store = new SqliteUsageStore(File);

    private string File => Path.Combine(_folder.Path, "usage.db");

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Samples_of_a_minute_add_up_and_stay()
    {
        await _store.AddAsync([Sample(0, ("requests", 2), ("kv.reads", 5)), Sample(1, ("requests", 1))]);
        await _store.AddAsync([Sample(0, ("requests", 3))]);
        _store.Dispose();
        _store = new SqliteUsageStore(File);
        var usages = await QueryAsync(UsageGranularity.Minute);
        Assert.Equal([Noon, Noon.AddMinutes(1)], usages.Select(usage => usage.Start));
        Assert.Equal((5, 5), (usages[0].Counts["requests"], usages[0].Counts["kv.reads"]));
        Assert.Equal(1, usages[1].Counts["requests"]);
    }

    [Fact]
    public async Task Coarser_answers_join_finer_parts()
    {
        await _store.AddAsync([Sample(-1, ("requests", 1)), Sample(0, ("requests", 2)), Sample(59, ("requests", 4))]);
        Assert.Equal([(Noon.AddHours(-1), 1L), (Noon, 6L)], (await QueryAsync(UsageGranularity.Hour)).Select(usage => (usage.Start, usage.Counts["requests"])));
        Assert.Equal(7, Assert.Single(await QueryAsync(UsageGranularity.Day)).Counts["requests"]);
    }

    [Fact]
    public async Task Scripts_and_versions_are_told_apart_when_asked()
    {
        await _store.AddAsync([Sample(0, ("requests", 1)), Sample(0, ("requests", 2)) with { VersionId = "v2" }, Sample(0, ("requests", 4)) with { Script = "other" }]);
        Assert.Equal(3, Assert.Single(await QueryAsync(UsageGranularity.Minute)).Counts["requests"]);
        var split = await _store.QueryAsync(new UsageQuery("hello", Noon, Noon.AddMinutes(1), UsageGranularity.Minute, ByVersion: true));
        Assert.Equal([("v1", 1L), ("v2", 2L)], split.Select(usage => (usage.VersionId, usage.Counts["requests"])));
        var all = await _store.QueryAsync(new UsageQuery(null, Noon, Noon.AddMinutes(1), UsageGranularity.Minute));
        Assert.Equal([("hello", 3L), ("other", 4L)], all.Select(usage => (usage.Script, usage.Counts["requests"])));
    }

    [Fact]
    public async Task What_is_old_becomes_hours_then_days_then_nothing()
    {
        await _store.AddAsync([.. Enumerable.Range(-30, 60).Select(minute => Sample(minute, ("requests", 1)))]);
        await _store.RollUpAsync(Noon.AddDays(3).AddMinutes(20));
        // The hour that is not over yet is left as it is.
        Assert.Equal(30, (await QueryAsync(UsageGranularity.Minute)).Count);
        Assert.Equal([30L, 30L], (await QueryAsync(UsageGranularity.Hour)).Select(usage => usage.Counts["requests"]));
        await _store.RollUpAsync(Noon.AddDays(4));
        await _store.RollUpAsync(Noon.AddDays(4));
        Assert.Empty(await QueryAsync(UsageGranularity.Minute));
        Assert.Equal([30L, 30L], (await QueryAsync(UsageGranularity.Hour)).Select(usage => usage.Counts["requests"]));
        await _store.RollUpAsync(Noon.AddDays(100));
        Assert.Empty(await QueryAsync(UsageGranularity.Hour));
        Assert.Equal(60, Assert.Single(await QueryAsync(UsageGranularity.Day)).Counts["requests"]);
        await _store.RollUpAsync(Noon.AddDays(800));
        Assert.Empty(await QueryAsync(UsageGranularity.Day));
    }

    private static MeterSample Sample(int minute, params (string Name, long Count)[] counts) =>
        new("hello", "v1", Noon.AddMinutes(minute).ToUnixTimeSeconds(), counts.ToDictionary(each => each.Name, each => each.Count));

    private ValueTask<IReadOnlyList<Usage>> QueryAsync(UsageGranularity granularity) =>
        _store.QueryAsync(new UsageQuery("hello", Noon.AddDays(-1), Noon.AddDays(1), granularity));
}
