using System.Net.Http.Headers;
using System.Text;
using System.Text.RegularExpressions;
using Skep.EndToEnd.Tests.Wrangler;

namespace Skep.EndToEnd.Tests.Platform;

/// <summary>A <c>skep serve</c> with two worker processes, and a project that the real wrangler deploys to it.</summary>
internal sealed partial class ServedProject : IAsyncDisposable
{
    private readonly TemporaryProject _data;
    private readonly HttpClient _client = new();

    private ServedProject(TemporaryProject data, ServerProcess server)
    {
        (_data, Server) = (data, server);
        Wrangler = new WranglerProject(server.Output);
    }

    public ServerProcess Server { get; }

    public WranglerProject Wrangler { get; }

    public static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task<ServedProject> StartAsync(params string[] arguments)
    {
        TemporaryProject data = new();
        return new ServedProject(data, await ServerProcess.Serve(Path.Combine(data.Folder, "data"), Cancellation, ["--processes", "2", .. arguments]));
    }

    /// <summary>Deploys a Worker named <c>app</c>.</summary>
    /// <param name="configuration">What its configuration has beside name, main and date.</param>
    /// <param name="code">The module.</param>
    public Task<string> DeployAsync(string configuration, string code)
    {
        Wrangler.Write("wrangler.jsonc", $$"""{ "name": "app", "main": "index.js", "compatibility_date": "2026-11-01", {{configuration}} }""");
        Wrangler.Write("index.js", code);
        return Wrangler.RunAsync("deploy");
    }

    /// <summary>Asks the Worker; it must answer with success.</summary>
    public async Task<string> GetAsync(string path, HttpContent? body = null)
    {
        using HttpRequestMessage request = new(body is null ? HttpMethod.Get : HttpMethod.Post, $"http://127.0.0.1:{Server.Port}{path}") { Content = body };
        request.Headers.Host = "app.localhost";
        using var response = await _client.SendAsync(request, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text + Server.Output);
        return text;
    }

    /// <summary>Calls the API below the account; returns status and body.</summary>
    public async Task<(int Status, string Body)> CallAsync(HttpMethod method, string path, string? body = null)
    {
        var told = Exports().Matches(Server.Output).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        using HttpRequestMessage request = new(method, $"{told["API_BASE_URL"]}/accounts/{told["ACCOUNT_ID"]}/{path}");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", told["API_TOKEN"]);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "text/plain");
        using var response = await _client.SendAsync(request, Cancellation);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        Wrangler.Dispose();
        await Server.DisposeAsync();
        _data.Dispose();
    }

    [GeneratedRegex(@"export CLOUDFLARE_(?<name>\w+)=(?<value>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exports();
}
