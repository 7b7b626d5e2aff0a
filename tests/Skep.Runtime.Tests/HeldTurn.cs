using Skep.Testing;

namespace Skep.Runtime.Tests;

/// <summary>Keeps an isolate busy: a request whose turn stands still, where the worker looks at its headers, until the test lets
/// it go on.</summary>
internal sealed class HeldTurn : IDisposable
{
    private readonly TaskCompletionSource entered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim released = new();

    /// <summary>The turn stands still.</summary>
    public Task Entered => entered.Task.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

    /// <summary>The request.</summary>
    public TestRequest Request(string path = "/held") => new(path)
    {
        HeadersAsked = () =>
        {
            entered.TrySetResult();
            released.Wait();
        },
    };

    /// <summary>Sends the request, on a thread of its own; what comes of it.</summary>
    public Task<TestResponse> Begin(TestWorker worker, string path = "/held")
    {
        var request = Request(path);
        Thread thread = new(() => worker.Worker.Fetch(request)) { IsBackground = true };
        thread.Start();
        return request.Response;
    }

    /// <summary>Lets it go on.</summary>
    public void Release() => released.Set();

    /// <inheritdoc/>
    public void Dispose() => released.Set();
}
