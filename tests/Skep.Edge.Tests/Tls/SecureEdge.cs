using System.Net;
using System.Net.Security;
using System.Security.Authentication;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Edge.Dispatch;
using Skep.Edge.Listeners;
using Skep.Edge.Routing;
using Skep.Edge.Tls;
using Skep.Testing;

namespace Skep.Edge.Tests.Tls;

/// <summary>An edge with TLS and a certificate of its own, and clients that trust it.</summary>
internal sealed class SecureEdge : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;

    private SecureEdge(TestEdge edge, TemporaryFolder folder) => (Edge, _folder) = (edge, folder);

    public TestEdge Edge { get; }

    public Uri Url => new($"https://localhost:{Edge.EndPoint.Port}/");

    public static Task<SecureEdge> StartAsync(Action<FetchEvent> fetch, ListenerOptions? options = null, DispatchOptions? dispatch = null) =>
        StartAsync(new FakeWorker(fetch), options, dispatch);

    public static async Task<SecureEdge> StartAsync(IWorker worker, ListenerOptions? options = null, DispatchOptions? dispatch = null)
    {
        var folder = new TemporaryFolder();
        ListenerOptions listener = (options ?? new ListenerOptions()) with
        {
            Protocol = ListenerProtocol.Https,
            Tls = new TlsOptions { AuthorityFolder = Path.Combine(folder.Path, "tls") },
        };
        return new SecureEdge(await TestEdge.StartAsync(new SingleWorkerRouter(worker), dispatch, listener), folder);
    }

    public static HttpClient Client(Version version, SslProtocols protocols = SslProtocols.None) => new(Handler(protocols))
    {
        DefaultRequestVersion = version,
        DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        Timeout = TimeSpan.FromSeconds(120),
    };

    public static SocketsHttpHandler Handler(SslProtocols protocols = SslProtocols.None) => new()
    {
        UseProxy = false,
#pragma warning disable CA5359 // the certificate is the test's own
        SslOptions = new SslClientAuthenticationOptions { EnabledSslProtocols = protocols, RemoteCertificateValidationCallback = static (_, _, _, _) => true },
#pragma warning restore CA5359
    };

    public async ValueTask DisposeAsync()
    {
        await Edge.DisposeAsync();
        _folder.Dispose();
    }
}
