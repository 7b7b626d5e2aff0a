namespace Skep.EndToEnd.Tests.Dev;

/// <summary>A project of a test's own, the <c>skep dev</c> that runs it, and whoever asks it.</summary>
public abstract class DevTest : IDisposable
{
    private protected TemporaryProject Project { get; } = new();

    private protected HttpClient Client { get; } = new();

    private protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    private protected Task<ServerProcess> StartAsync(params IEnumerable<string> options) => ServerProcess.Start(Cancellation, ["dev", Project.Folder, .. options]);

    private protected Task<string> GetAsync(ServerProcess server, string path = "/") =>
        Client.GetStringAsync(new Uri($"http://127.0.0.1:{server.Port}{path}"), Cancellation);

    /// <summary>Removes what is kept for the test.</summary>
    protected virtual void Dispose(bool disposing)
    {
        Client.Dispose();
        Project.Dispose();
    }
}
