using System.Text.RegularExpressions;
using Skep.EndToEnd.Tests.Examples;
using Skep.EndToEnd.Tests.Wrangler;
using Skep.Testing;

namespace Skep.EndToEnd.Tests.Platform;

/// <summary>Hyperdrive by the real wrangler and the drivers of npm, before a real PostgreSQL.</summary>
public sealed partial class HyperdriveTests : IAsyncLifetime
{
    private readonly TemporaryProject _data = new();
    private readonly HttpClient _client = new();
    private PostgresServer? _postgres;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _postgres = await PostgresServer.StartAsync();

    public async ValueTask DisposeAsync()
    {
        if (_postgres is not null) await _postgres.DisposeAsync();
        _client.Dispose();
        _data.Dispose();
    }

    [Fact]
    public async Task Drivers_work_unmodified_through_a_configuration_that_wrangler_manages()
    {
        Assert.SkipWhen(_postgres is null, PostgresServer.Missing);
        Example example = new("hyperdrive");
        await example.InstallPackages(Cancellation);
        await using var server = await ServerProcess.Serve(Path.Combine(_data.Folder, "data"), Cancellation, "--processes", "2");
        using WranglerProject project = new(server.Output);
        project.Write("wrangler.jsonc", """{ "name": "none" }""");
        var created = await project.RunAsync($"hyperdrive create mine --connection-string {_postgres!.Url} --origin-connection-limit 6");
        Assert.Contains("Created new Hyperdrive PostgreSQL config", created, StringComparison.Ordinal);
        var id = Id().Match(created).Value;

        foreach (var file in (string[])["package.json", "src/index.js"]) project.Write(file, await File.ReadAllTextAsync(Path.Combine(example.Folder, file), Cancellation));
        project.Write("wrangler.jsonc", Configuration.Replace("$id", id, StringComparison.Ordinal));
        project.Link("node_modules", Path.Combine(example.Folder, "node_modules"));
        await project.RunAsync("deploy");
        Assert.Matches("""^{"host":"[0-9a-f]{32}.hyperdrive.local","user":"app","database":"postgres"}$""", await GetAsync(server, "/"));
        Assert.Equal("""{"plus":[42,42],"error":"42P01","same":true,"rolledBack":true}""", await GetAsync(server, "/pg"));
        await Task.WhenAll(Enumerable.Range(0, 12).Select(async _ =>
        {
            // Others add notes meanwhile.
            Assert.StartsWith("""{"plus":[42,42],"error":"42P01","same":true,""", await GetAsync(server, "/pg"), StringComparison.Ordinal);
            Assert.Equal("""{"many":190,"sum":3,"error":"42P01"}""", await GetAsync(server, "/postgres"));
        }));
        Assert.InRange(int.Parse(await GetAsync(server, "/connections"), System.Globalization.CultureInfo.InvariantCulture), 1, 6);
        Assert.Matches("hyperdrive.local:5432", await GetAsync(server, "/socket"));

        // The password can be changed, and is nowhere to be read.
        Assert.Contains("\"user\": \"md5user\"", await project.RunAsync($"hyperdrive update {id} --origin-user md5user"), StringComparison.Ordinal);
        Assert.Contains("mine", await project.RunAsync("hyperdrive list"), StringComparison.Ordinal);
        var shown = await project.RunAsync($"hyperdrive get {id}");
        Assert.DoesNotContain("w0rd", shown, StringComparison.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Path.Combine(_data.Folder, "data"), "catalog.db*"))
            Assert.DoesNotContain(PostgresServer.Password, System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file, Cancellation)), StringComparison.Ordinal);
        Assert.Contains("42P01", await GetAsync(server, "/postgres"), StringComparison.Ordinal);

        var (code, refused) = await project.TryAsync($"hyperdrive update {id} --origin-password wrong");
        Assert.True(code != 0 && refused.Contains("[code: 2013]", StringComparison.Ordinal), refused);
        var (mysqlCode, mysql) = await project.TryAsync("hyperdrive create other --connection-string mysql://a:b@127.0.0.1:3306/c");
        Assert.True(mysqlCode != 0 && mysql.Contains("MySQL", StringComparison.Ordinal), mysql);
        await project.RunAsync($"hyperdrive delete {id}");
        Assert.Contains("does not exist any more", await GetAsync(server, "/socket", isSuccess: false), StringComparison.Ordinal);
        var (_, missing) = await project.TryAsync("deploy");
        Assert.Contains($"The Hyperdrive configuration \"{id}\" does not exist", missing, StringComparison.Ordinal);
    }

    private const string Configuration = """
        {
          "name": "hyperdrive-example", "main": "src/index.js", "compatibility_date": "2026-11-01", "compatibility_flags": ["nodejs_compat"],
          "hyperdrive": [{ "binding": "HYPERDRIVE", "id": "$id" }]
        }
        """;

    [GeneratedRegex("[0-9a-f]{32}", RegexOptions.None, 1000)]
    private static partial Regex Id();

    private async Task<string> GetAsync(ServerProcess server, string path, bool isSuccess = true)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{server.Port}{path}");
        request.Headers.Host = "hyperdrive-example.localhost";
        using var response = await _client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode == isSuccess, text + server.Output);
        return text;
    }
}
