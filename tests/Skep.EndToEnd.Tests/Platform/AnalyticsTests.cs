namespace Skep.EndToEnd.Tests.Platform;

public sealed class AnalyticsTests
{
    [Fact]
    public async Task What_workers_write_the_SQL_API_tells()
    {
        await using var project = await ServedProject.StartAsync();
        await project.DeployAsync(""" "analytics_engine_datasets": [{ "binding": "EVENTS", "dataset": "page_views" }] """, """
            export default {
              fetch(request, env) {
                env.EVENTS.writeDataPoint({ indexes: ["x"], blobs: [new URL(request.url).pathname], doubles: [2] });
                return new Response("ok");
              },
            };
            """);
        await Task.WhenAll(Enumerable.Range(0, 50).Select(number => project.GetAsync($"/{number % 2}")));
        string rows;
        do
        {
            (var status, rows) = await project.CallAsync(HttpMethod.Post, "analytics_engine/sql", "SELECT blob1 AS path, count() AS n, sum(double1) AS s FROM page_views GROUP BY path ORDER BY path FORMAT TabSeparated");
            Assert.True(status is 200 || rows.Contains("There is no dataset", StringComparison.Ordinal), rows);
        }
        while (rows != "/0\t25\t50\n/1\t25\t50\n");

        Assert.Equal("{\"dataset\":\"page_views\",\"type\":\"dataset\"}\n", (await project.CallAsync(HttpMethod.Post, "analytics_engine/sql", "SHOW TABLES FORMAT JSONEachRow")).Body);
        Assert.Equal((422, "There is no dataset \"nothing\": nothing has been written to it. SHOW TABLES has those there are.\n"), await project.CallAsync(HttpMethod.Get, "analytics_engine/sql?query=SELECT+1+FROM+nothing"));
    }
}
