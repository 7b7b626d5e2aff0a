using System.Collections.Concurrent;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Crashes;

/// <summary>Asks the Worker of a server that may be gone at any moment.</summary>
internal sealed class CrashClient(SupervisedServer server, string script, ConcurrentDictionary<string, int> refused) : IDisposable
{
    private readonly HttpClient _http = new();

    /// <summary>Its server.</summary>
    public SupervisedServer Server => server;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Whether the Worker did what it was asked for; what it says otherwise is noted.</summary>
    /// <exception cref="HttpRequestException">The connection was lost.</exception>
    public async Task<bool> TryAsync(HttpMethod method, string path, string? body = null)
    {
        // What has a body is not sent again by the client of its own accord when the connection breaks.
        using var response = await SendAsync(method, path, body ?? path);
        if (response.IsSuccessStatusCode) return true;
        refused.AddOrUpdate($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync(Cancellation)}", 1, static (_, count) => count + 1);
        return false;
    }

    /// <summary>What the Worker answers, which must be a success.</summary>
    public async Task<string> PostAsync(string path, string body)
    {
        using var response = await SendAsync(HttpMethod.Post, path, body);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, $"{text}\n{server.Process.Output}");
        return text;
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, string? body)
    {
        using HttpRequestMessage request = new(method, $"http://127.0.0.1:{server.Process.Port}{path}") { Content = body is null ? null : new StringContent(body) };
        request.Headers.Host = $"{script}.localhost";
        return await _http.SendAsync(request, Cancellation);
    }
}
