using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>A real <c>skep serve</c> with worker processes, and its API.</summary>
internal sealed partial class SupervisedServer : IAsyncDisposable
{
    public const int SigHup = 1;
    public const int SigKill = 9;
    public const int SigStop = 19;

    private readonly HttpClient _api;
    private readonly string _scripts;

    private SupervisedServer(ServerProcess process, string token)
    {
        Process = process;
        _api = new HttpClient();
        _api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var exports = Exports().Matches(process.Output).ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        Origin = exports["CLOUDFLARE_API_BASE_URL"].Replace("/client/v4", "", StringComparison.Ordinal);
        Account = $"{exports["CLOUDFLARE_API_BASE_URL"]}/accounts/{exports["CLOUDFLARE_ACCOUNT_ID"]}";
        _scripts = $"{Account}/workers/scripts";
        Token = token;
    }

    public ServerProcess Process { get; }

    /// <summary>Calls the API.</summary>
    public HttpClient Api => _api;

    /// <summary>The control plane, without a path.</summary>
    public string Origin { get; }

    /// <summary>The URL of the account.</summary>
    public string Account { get; }

    /// <summary>Opens the API, also after a restart.</summary>
    public string Token { get; }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Starts it on a folder; the token is needed when the folder is not new.</summary>
    public static async Task<SupervisedServer> StartAsync(string folder, string? token = null, params IEnumerable<string> options)
    {
        var process = await ServerProcess.Serve(folder, Cancellation, ["--processes", "2", "--log-level", "debug", .. options]);
        return new SupervisedServer(process, token ?? FirstToken().Match(process.Output).Groups["token"].Value);
    }

    /// <inheritdoc cref="WorkerProcesses.ServingAsync"/>
    public Task<IReadOnlyList<int>> ServingAsync(int inAll) => WorkerProcesses.ServingAsync(Process, inAll);

    /// <summary>Deploys a script of one module at its subdomain; returns when that is acknowledged.</summary>
    public async Task DeployAsync(string script, string code)
    {
        using var response = await UploadAsync(script, code);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>As <see cref="DeployAsync"/>, whatever the answer.</summary>
    public async Task<HttpResponseMessage> UploadAsync(string script, string code, string bindings = "[]", string settings = "")
    {
        using MultipartFormDataContent form = new();
        using StringContent metadata = new(
            $$"""{ "main_module": "index.js", "compatibility_date": "2026-11-01", "bindings": {{bindings}}{{(settings.Length == 0 ? "" : ", " + settings)}} }""",
            MediaTypeHeaderValue.Parse("application/json"));
        using StringContent module = new(code, MediaTypeHeaderValue.Parse("application/javascript+module"));
        form.Add(metadata, "metadata");
        form.Add(module, "index.js", "index.js");
        return await _api.PutAsync(new Uri($"{_scripts}/{script}"), form, Cancellation);
    }

    /// <summary>The result of a POST below the account, which must succeed.</summary>
    public async Task<JsonElement> PostAsync(string path, string body)
    {
        using StringContent content = new(body);
        using var response = await _api.PostAsync(new Uri($"{Account}/{path}"), content, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("result");
    }

    /// <summary>Puts the script at its subdomain.</summary>
    public async Task EnableAsync(string script)
    {
        using var response = await _api.PostAsJsonAsync(new Uri($"{_scripts}/{script}/subdomain"), new { enabled = true }, Cancellation);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>The version that the API says is deployed.</summary>
    public async Task<string> DeployedVersionAsync(string script)
    {
        var deployments = await _api.GetFromJsonAsync<JsonElement>(new Uri($"{_scripts}/{script}/deployments"), Cancellation);
        return deployments.GetProperty("result").GetProperty("deployments")[0].GetProperty("versions")[0].GetProperty("version_id").GetString()!;
    }

    /// <summary>What the script answers on a connection of its own.</summary>
    public async Task<string> GetAsync(string script, string path = "/")
    {
        using SocketsHttpHandler handler = new();
        using HttpClient client = new(handler);
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{Process.Port}{path}") { Version = HttpVersion.Version11 };
        request.Headers.Host = $"{script}.localhost";
        using var response = await client.SendAsync(request, Cancellation);
        var body = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, body);
        return body;
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await Process.DisposeAsync();
    }

    [GeneratedRegex(@"export (?<name>CLOUDFLARE_\w+)=(?<value>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Exports();

    [GeneratedRegex(@"CLOUDFLARE_API_TOKEN=(?<token>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex FirstToken();
}
