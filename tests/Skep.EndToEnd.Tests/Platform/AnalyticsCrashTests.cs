using System.Collections.Concurrent;
using System.Net;
using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Platform;

/// <summary><c>writeDataPoint</c> promises nothing when it returns: points are stored within half a second, those of the last half second go
/// with the process. What a query has told is on the disk: it stays, once, and whole.</summary>
public sealed class AnalyticsCrashTests : CrashTest
{
    private const int CheckedAtOnce = 500;

    private readonly ConcurrentDictionary<string, bool> _told = new(StringComparer.Ordinal);

    private protected override string Code =>
        """
        export default {
          fetch(request, env) {
            const name = new URL(request.url).pathname.slice(1);
            env.EVENTS.writeDataPoint({ indexes: ["all"], blobs: [name, name.repeat(10)], doubles: [name.length] });
            return new Response("written");
          },
        };
        """;

    [Fact]
    public async Task A_server_that_ends_in_good_order_has_stored_every_point()
    {
        string token;
        await using (var server = await SupervisedServer.StartAsync(Folder))
        {
            token = server.Token;
            await DeployAsync(server);
            using CrashClient client = new(server, Script, new());
            await Task.WhenAll(Enumerable.Range(0, 200).Select(number => client.PostAsync($"/{number}", "")));
            Assert.Equal(0, await server.Process.Terminate(Cancellation));
        }

        await using var next = await SupervisedServer.StartAsync(Folder, token);
        Assert.Equal("200\t200\n", await QueryAsync(next, "SELECT count() AS n, count(DISTINCT blob1) AS d FROM events FORMAT TabSeparated"));
    }

    private protected override Task DeployAsync(SupervisedServer server) =>
        UploadAsync(server, """[{ "type": "analytics_engine", "name": "EVENTS", "dataset": "events" }]""");

    // The first reads, the others write.
    private protected override async Task<IReadOnlyList<string>> WriteAsync(CrashClient client, int number, string name)
    {
        if (number == 0)
            return [.. (await QueryAsync(client.Server, "SELECT blob1 FROM events ORDER BY timestamp DESC LIMIT 500 FORMAT TabSeparated")).Split('\n').Where(told => told != "" && _told.TryAdd(told, true))];
        await client.TryAsync(HttpMethod.Put, $"/{name}");
        return [];
    }

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        foreach (var names in acknowledged.Chunk(CheckedAtOnce))
        {
            var those = string.Join(", ", names.Select(name => $"'{name}'"));
            Assert.Equal($"{names.Length}\n", await QueryAsync(client.Server, $"SELECT count() AS n FROM events WHERE blob1 IN ({those}) FORMAT TabSeparated"));
        }

        var counts = (await QueryAsync(
            client.Server, "SELECT count() AS n, count(DISTINCT blob1) AS d, countIf(length(blob1) = double1 AND length(blob2) = 10 * double1) AS whole FROM events FORMAT TabSeparated")).Trim().Split('\t');
        Assert.Single(counts.Distinct());
    }

    private static async Task<string> QueryAsync(SupervisedServer server, string sql)
    {
        using StringContent query = new(sql);
        using var response = await server.Api.PostAsync(new Uri($"{server.Account}/analytics_engine/sql"), query, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        // Before the first point there is no dataset.
        if (response.StatusCode == HttpStatusCode.UnprocessableEntity && text.Contains("There is no dataset", StringComparison.Ordinal)) return "";
        Assert.True(response.IsSuccessStatusCode, text);
        return text;
    }
}
