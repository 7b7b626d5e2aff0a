using System.Collections.Concurrent;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>Sends requests at a steady pace, whether the ones before are answered or not: as many clients would that do not know of
/// each other.</summary>
internal sealed class OpenLoopClient(int port, string host) : IDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(4);

    private readonly HttpClient _client = new(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMilliseconds(500) });
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<string> _failures = [];
    private int _answered;

    /// <summary>Requests that were answered as they should be.</summary>
    public int Answered => Volatile.Read(ref _answered);

    /// <summary>How the others failed.</summary>
    public IReadOnlyCollection<string> Failures => _failures;

    /// <summary>Sends no more.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>Ends when every request that was sent has ended.</summary>
    public async Task RunAsync()
    {
        List<Task> sent = [];
        using PeriodicTimer timer = new(Pace);
        try
        {
            while (await timer.WaitForNextTickAsync(_stop.Token)) sent.Add(SendAsync());
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(sent);
        }
    }

    public void Dispose()
    {
        _client.Dispose();
        _stop.Dispose();
    }

    private async Task SendAsync()
    {
        try
        {
            using HttpRequestMessage request = new(HttpMethod.Get, $"http://127.0.0.1:{port}/");
            request.Headers.Host = host;
            using var response = await _client.SendAsync(request);
            if (response.IsSuccessStatusCode) Interlocked.Increment(ref _answered);
            else _failures.Add($"{(int)response.StatusCode} {await response.Content.ReadAsStringAsync()}");
        }
        catch (HttpRequestException failure)
        {
            _failures.Add(failure.ToString());
        }
    }
}
