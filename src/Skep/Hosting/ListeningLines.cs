using Skep.Edge.Listeners;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>What a server says about where it listens.</summary>
internal static class ListeningLines
{
    /// <summary>The URL of one address, as a person would type it.</summary>
    public static string Url(ListeningEndpoint at, string host) =>
        $"{(at.Protocol == ListenerProtocol.Https ? "https" : "http")}://{(host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host)}:{at.Address.Port}";

    /// <summary>Where else the server listens, and what to trust; empty when there is nothing to say.</summary>
    public static string Further(Style style, IReadOnlyList<ListeningEndpoint> listening, ListenerOptions options)
    {
        var lines = listening.Skip(1).Where(at => !at.Address.Equals(listening[0].Address))
            .Select(at => $"\n  also at {style.Cyan(Url(at, at.Address.Address.ToString()))}{(at.Protocol == ListenerProtocol.Http2 ? " (HTTP/2 without TLS)" : "")}");
        var trust = options.Tls.AuthorityFolder is { } folder && listening.Any(at => at.Protocol == ListenerProtocol.Https) ? Trust(style, Path.Combine(folder, "ca.pem")) : "";
        return string.Concat(lines) + trust;
    }

    private static string Trust(Style style, string authority) => style.Dim(
        $"\n  The certificates are signed by an authority of your own. Clients that are to trust it:"
        + $"\n    curl --cacert {authority}, NODE_EXTRA_CA_CERTS={authority}"
        + $"\n    sudo cp {authority} /usr/local/share/ca-certificates/skep.crt && sudo update-ca-certificates; browsers: import it as an authority");
}
