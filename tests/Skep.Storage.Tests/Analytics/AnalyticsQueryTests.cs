using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Analytics;
using Skep.Storage.Analytics;
using Skep.Testing;

namespace Skep.Storage.Tests.Analytics;

/// <summary>Data points, and what the SQL API says about them.</summary>
public sealed class AnalyticsQueryTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 30, 45, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly SqliteAnalyticsStore _store;

    public AnalyticsQueryTests()
    {
        _time.Advance(Now - _time.GetUtcNow());
        _store = Open(new AnalyticsOptions());
    }

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Points_come_back_as_they_were_written()
    {
        await AddAsync("views", ago: 5, "idx", ["/", "it's\t1"], [1.5, -2]);
        var answer = await JsonAsync("SELECT timestamp, _sample_interval, index1, blob1, blob2, blob20, double1, double2, double20, dataset FROM views");
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""
                {
                  "meta": [
                    { "name": "timestamp", "type": "DateTime" }, { "name": "_sample_interval", "type": "UInt32" }, { "name": "index1", "type": "String" },
                    { "name": "blob1", "type": "String" }, { "name": "blob2", "type": "String" }, { "name": "blob20", "type": "String" },
                    { "name": "double1", "type": "Float64" }, { "name": "double2", "type": "Float64" }, { "name": "double20", "type": "Float64" }, { "name": "dataset", "type": "String" }
                  ],
                  "data": [{
                    "timestamp": "2026-06-15 12:30:40", "_sample_interval": 1, "index1": "idx", "blob1": "/", "blob2": "it's\t1", "blob20": "",
                    "double1": 1.5, "double2": -2, "double20": 0, "dataset": "views"
                  }],
                  "rows": 1, "rows_before_limit_at_least": 1
                }
                """),
            answer),
            answer.ToJsonString());
        Assert.Equal(44, (await JsonAsync("SELECT * FROM views"))["meta"]!.AsArray().Count);
    }

    [Theory]
    [InlineData("SELECT count() AS n, sum(_sample_interval) AS s, avg(double1) AS a, min(double1) AS lo, max(double1) AS hi FROM views", """{"n":"4","s":"4","a":2.5,"lo":1,"hi":4}""")]
    [InlineData("SELECT blob1, SUM(_sample_interval * double1) AS total FROM views GROUP BY blob1 ORDER BY total DESC", """{"blob1":"b","total":7} {"blob1":"a","total":3}""")]
    [InlineData("SELECT blob1 AS page, count() FROM views WHERE page != 'b' GROUP BY page HAVING count() > 1", """{"page":"a","count()":"2"}""")]
    [InlineData("SELECT toStartOfInterval(timestamp, INTERVAL '1' HOUR) AS hour, count() AS n FROM views GROUP BY hour ORDER BY hour", """{"hour":"2026-06-15 10:00:00","n":"1"} {"hour":"2026-06-15 12:00:00","n":"3"}""")]
    [InlineData("SELECT intDiv(toUInt32(timestamp), 3600) * 3600 AS t, count() AS n FROM views GROUP BY t ORDER BY t LIMIT 1", """{"t":"1781517600","n":"1"}""")]
    [InlineData("SELECT count() AS n FROM views WHERE timestamp > NOW() - INTERVAL '1' HOUR", """{"n":"3"}""")]
    [InlineData("SELECT count() AS n FROM views WHERE timestamp >= toDateTime('2026-06-15 12:00:00') AND timestamp < '2026-06-16 00:00:00'", """{"n":"3"}""")]
    [InlineData("SELECT count() AS n FROM views WHERE timestamp BETWEEN now() - INTERVAL '1' DAY AND now() AND blob1 IN ('a', 'c')", """{"n":"2"}""")]
    [InlineData("SELECT quantileExactWeighted(0.5)(double1, _sample_interval) AS half, quantileWeighted(0.9, double1, _sample_interval) AS most FROM views", """{"half":2,"most":4}""")]
    [InlineData("SELECT count(DISTINCT blob1) AS d, countIf(double1 > 2) AS c, sumIf(double1, blob1 = 'a') AS s, argMax(blob2, double1) AS m, topK(1)(blob1) AS k FROM views", """{"d":"2","c":"2","s":3,"m":"y","k":["a"]}""")]
    [InlineData("SELECT if(double1 >= 3, 'high', 'low') AS level, count() AS n FROM views GROUP BY level ORDER BY level", """{"level":"high","n":"2"} {"level":"low","n":"2"}""")]
    [InlineData("SELECT sum(n) AS total FROM (SELECT blob1, count() AS n FROM views GROUP BY blob1) WHERE n > 1", """{"total":"4"}""")]
    [InlineData("SELECT DISTINCT upper(blob1) AS u FROM views WHERE blob1 LIKE 'a%' OR blob1 ILIKE 'B_' OR NOT (blob1 != 'b') ORDER BY 1", """{"u":"A"} {"u":"B"}""")]
    [InlineData("SELECT double1 FROM views ORDER BY double1 DESC LIMIT 2 OFFSET 1", """{"double1":3} {"double1":2}""")]
    [InlineData("SELECT 7 / 2 AS q, 7 % 4 AS r, intDiv(7, 2) AS d, -(2 + 3) * 2 AS m, pow(2, 10) AS p, floor(2.7) AS f, bitXor(6, 3) AS x", """{"q":3.5,"r":3,"d":3,"m":"-10","p":1024,"f":2,"x":"5"}""")]
    [InlineData("SELECT formatDateTime(toDateTime('2026-02-03 04:05:06'), '%Y/%m/%d %H:%i:%S') AS t, toStartOfMonth(toDateTime('2026-02-03')) AS m, toYYYYMM(today()) AS y", """{"t":"2026/02/03 04:05:06","m":"2026-02-01 00:00:00","y":202606}""")]
    [InlineData("SELECT toDateTime('2026-01-31 00:00:00') + INTERVAL 1 MONTH AS m, toStartOfInterval(toDateTime('2026-06-17 10:00:00'), INTERVAL '1' WEEK) AS w", """{"m":"2026-02-28 00:00:00","w":"2026-06-15 00:00:00"}""")]
    [InlineData("SELECT length('äb') AS l, substring('abcd', 2, 2) AS s, position('abc', 'c') AS p, startsWith('abc', 'ab') AS st, endsWith('abc', 'bc') AS e, empty('') AS em", """{"l":"3","s":"bc","p":"3","st":1,"e":1,"em":1}""")]
    [InlineData("SELECT count() AS n, sum(double1) AS s FROM views WHERE blob1 = 'none'", """{"n":"0","s":0}""")]
    public async Task Queries_of_the_documented_dialect(string sql, string rows)
    {
        await SeedAsync();
        var text = await TextAsync(sql + " FORMAT JSONEachRow");
        Assert.Equal(rows.Replace("} {", "}\n{", StringComparison.Ordinal) + "\n", text);
    }

    [Fact]
    public async Task Formats_and_lists()
    {
        await SeedAsync();
        await AddAsync("other", ago: 1, "", ["a\tb\\"], []);
        Assert.Equal("a\t1\na\t2\nb\t3\nb\t4\n", await TextAsync("SELECT blob1, double1 FROM views ORDER BY double1 FORMAT TabSeparated"));
        Assert.Equal("a\\tb\\\\\n", await TextAsync("SELECT blob1 FROM other FORMAT TabSeparated"));
        Assert.Equal("other\tdataset\nviews\tdataset\n", await TextAsync("SHOW TABLES FORMAT TabSeparated"));
        Assert.Contains("{\"timezone\":\"Etc/UTC\"}", await TextAsync("SHOW TIMEZONE;"), StringComparison.Ordinal);
        Assert.Contains("UTC", await TextAsync("SHOW TIMEZONES FORMAT TabSeparated"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "SELECT or SHOW is expected, not the end of the query")]
    [InlineData("DROP TABLE views", "Syntax error at character 1")]
    [InlineData("SELECT 1; SELECT 2", "the end of the query is expected")]
    [InlineData("SELECT blob1 FROM nothing", "There is no dataset \"nothing\"")]
    [InlineData("SELECT blob21 FROM views", "There is no column \"blob21\"")]
    [InlineData("SELECT blob1, count() FROM views", "blob1 is neither in GROUP BY nor within an aggregate")]
    [InlineData("SELECT count() FROM views WHERE sum(double1) > 1", "WHERE has an aggregate")]
    [InlineData("SELECT sum(count()) FROM views", "an aggregate within")]
    [InlineData("SELECT sum(blob1) FROM views", "takes a number, not a String")]
    [InlineData("SELECT count() FROM views WHERE blob1 > 1", "A String cannot be compared with a UInt8")]
    [InlineData("SELECT load_extension('x')", "The function load_extension() is not supported")]
    [InlineData("SELECT * FROM views JOIN other", "JOIN is not supported")]
    [InlineData("SELECT 1 UNION SELECT 2", "UNION is not supported")]
    [InlineData("SELECT CASE WHEN 1 THEN 2 END", "CASE is not supported")]
    [InlineData("SELECT name FROM sqlite_master", "There is no dataset")]
    [InlineData("SELECT 1 FORMAT CSV", "There is no format CSV")]
    [InlineData("SELECT 'open", "a quoted text is not ended")]
    [InlineData("SELECT toDateTime('yesterday')", "\"yesterday\" is no moment")]
    [InlineData("SELECT toStartOfInterval(timestamp, INTERVAL '1' HOUR, 'Mars/Base') FROM views", "There is no time zone")]
    [InlineData("SELECT now() - INTERVAL '1' PARSEC", "one of SECOND, MINUTE")]
    public async Task What_is_not_there_is_refused_by_name(string sql, string message)
    {
        await SeedAsync();
        var refused = await Assert.ThrowsAsync<AnalyticsException>(() => _store.QueryAsync(sql, TestContext.Current.CancellationToken).AsTask());
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_text_stays_a_text()
    {
        await AddAsync("views", ago: 1, "", ["x'); DELETE FROM point; --"], []);
        Assert.Contains("\"n\":\"1\"", await TextAsync("SELECT count() AS n FROM views WHERE blob1 = 'x\\'); DELETE FROM point; --'"), StringComparison.Ordinal);
        Assert.Contains("\"a\\\"; DROP\":\"1\"", await TextAsync("SELECT count() AS `a\"; DROP` FROM views"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_query_may_take_only_so_much()
    {
        using var bounded = Open(new AnalyticsOptions { LongestQuery = TimeSpan.Zero, MostRows = 2 });
        await bounded.AddAsync([.. Enumerable.Range(0, 20_000).Select(number => new AnalyticsPoint("many", Now.ToUnixTimeSeconds(), "", [], [number]))]);
        Assert.Contains("took more than", await RefusedAsync("SELECT sum(double1 * double1) FROM many"), StringComparison.Ordinal);
        Assert.Contains("more than 2 rows", await RefusedAsync("SELECT 1 FROM many LIMIT 5"), StringComparison.Ordinal);
        Assert.Contains("nested too deeply", await RefusedAsync("SELECT " + new string('(', 100) + "1" + new string(')', 100)), StringComparison.Ordinal);
        Assert.Contains("nested too deeply", await RefusedAsync("SELECT " + new string('-', 1).Insert(0, string.Concat(Enumerable.Repeat("- ", 500))) + "1"), StringComparison.Ordinal);
        Assert.Contains("nested too deeply", await RefusedAsync("SELECT 1" + string.Concat(Enumerable.Repeat(" + 1", 1_000))), StringComparison.Ordinal);
        Assert.Contains("are allowed", await RefusedAsync("SELECT '" + new string('x', 70_000) + "'"), StringComparison.Ordinal);

        async Task<string> RefusedAsync(string sql) => (await Assert.ThrowsAsync<AnalyticsException>(() => bounded.QueryAsync(sql, TestContext.Current.CancellationToken).AsTask())).Message;
    }

    [Fact]
    public async Task Old_points_are_removed()
    {
        await AddAsync("views", ago: 89 * 86_400, "", ["kept"], []);
        await AddAsync("views", ago: 91 * 86_400, "", ["old"], []);
        _store.Sweep();
        Assert.Equal("kept\n", await TextAsync("SELECT blob1 FROM views FORMAT TabSeparated"));
    }

    [Fact]
    public async Task Points_are_stored_together_and_kept_while_they_cannot_be()
    {
        List<Exception> failures = [];
        FlakyStore flaky = new(_store);
        await using AnalyticsBuffer buffer = new(flaky, _time, failures.Add);
        for (var i = 0; i < 10; i++) buffer.Write(new AnalyticsPoint("views", Now.ToUnixTimeSeconds(), "", [], [i]));
        flaky.Fails = true;
        await buffer.FlushAsync();
        Assert.IsType<IOException>(Assert.Single(failures));
        flaky.Fails = false;
        await buffer.FlushAsync();
        Assert.Equal([10, 10], flaky.Batches);
        Assert.Equal("45\n", await TextAsync("SELECT sum(double1) FROM views FORMAT TabSeparated"));
    }

    [Fact]
    public async Task A_store_that_stays_broken_is_told_of_once()
    {
        List<Exception> failures = [];
        FlakyStore flaky = new(_store) { Fails = true };
        await using AnalyticsBuffer buffer = new(flaky, _time, failures.Add);
        buffer.Write(new AnalyticsPoint("views", Now.ToUnixTimeSeconds(), "", [], [1]));
        for (var i = 0; i < 3; i++) await buffer.FlushAsync();
        Assert.Equal("full", Assert.Single(failures).Message);
        flaky.Fails = false;
    }

    private SqliteAnalyticsStore Open(AnalyticsOptions options) => new(Path.Combine(_folder.Path, "analytics.db"), options, _time);

    private async Task SeedAsync()
    {
        await AddAsync("views", ago: 2 * 3600, "i1", ["a", "w"], [1]);
        await AddAsync("views", ago: 60, "i1", ["a", "x"], [2]);
        await AddAsync("views", ago: 30, "i2", ["b", "z"], [3]);
        await AddAsync("views", ago: 1, "i2", ["b", "y"], [4]);
    }

    private ValueTask AddAsync(string dataset, long ago, string index, string[] blobs, double[] doubles) =>
        _store.AddAsync([new AnalyticsPoint(dataset, Now.ToUnixTimeSeconds() - ago, index, blobs, doubles)]);

    private async Task<string> TextAsync(string sql) => Encoding.UTF8.GetString((await _store.QueryAsync(sql, TestContext.Current.CancellationToken)).Body.Span);

    private async Task<JsonNode> JsonAsync(string sql) => JsonNode.Parse(await TextAsync(sql))!;

    private sealed class FlakyStore(IAnalyticsStore store) : IAnalyticsStore
    {
        public bool Fails { get; set; }

        public List<int> Batches { get; } = [];

        public ValueTask AddAsync(IReadOnlyList<AnalyticsPoint> points)
        {
            Batches.Add(points.Count);
            return Fails ? throw new IOException("full") : store.AddAsync(points);
        }
    }
}
