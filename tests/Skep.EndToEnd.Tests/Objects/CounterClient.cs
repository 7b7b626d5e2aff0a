using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace Skep.EndToEnd.Tests.Objects;

/// <summary>Asks a counter to count, one time after the other, on a connection of its own; keeps what was acknowledged and when.</summary>
internal sealed class CounterClient(int port) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 1 });

    /// <summary>What was acknowledged.</summary>
    public List<Increment> Acknowledged { get; } = [];

    /// <summary>Answers that were none.</summary>
    public List<string> Failures { get; } = [];

    /// <summary>An increment with the moments of its request and of its answer.</summary>
    public readonly record struct Increment(long Value, string Version, long From, long To);

    /// <summary>Counts so many times.</summary>
    public async Task RunAsync(string name, int times, CancellationToken cancellation)
    {
        for (var i = 0; i < times; i++) await CountAsync(name, cancellation);
    }

    /// <summary>Counts until it is told to stop.</summary>
    public async Task RunAsync(string name, Func<bool> stop, CancellationToken cancellation)
    {
        while (!stop()) await CountAsync(name, cancellation);
    }

    /// <summary>What the worker answers.</summary>
    public async Task<(HttpStatusCode Status, string Text)> GetAsync(string path, CancellationToken cancellation)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{port}{path}");
        request.Headers.Host = "rooms.localhost";
        using var response = await _http.SendAsync(request, cancellation);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(cancellation));
    }

    public void Dispose() => _http.Dispose();

    private async Task CountAsync(string name, CancellationToken cancellation)
    {
        var from = Stopwatch.GetTimestamp();
        try
        {
            var (status, text) = await GetAsync($"/increment/{name}", cancellation);
            if (status == HttpStatusCode.OK && text.Split(' ') is [var value, var version]) Acknowledged.Add(new(long.Parse(value, CultureInfo.InvariantCulture), version, from, Stopwatch.GetTimestamp()));
            else Failures.Add($"{(int)status} {text}");
        }
        catch (HttpRequestException failure)
        {
            Failures.Add(failure.Message);
        }
    }
}
