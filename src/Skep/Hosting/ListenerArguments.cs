using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Skep.CommandLine;
using Skep.Edge.Forwarding;
using Skep.Edge.Listeners;
using Skep.Edge.Tls;

namespace Skep.Hosting;

/// <summary><c>--host</c>, <c>--port</c>, and what else says where and how clients connect.</summary>
internal static class ListenerArguments
{
    private static readonly Dictionary<string, ListenerProtocol> _localProtocols = new() { ["http"] = ListenerProtocol.Http, ["https"] = ListenerProtocol.Https };

    private static readonly Dictionary<string, ListenerProtocol> _schemes = new()
    {
        ["http"] = ListenerProtocol.Http,
        ["https"] = ListenerProtocol.Https,
        ["h2c"] = ListenerProtocol.Http2,
    };

    /// <summary>True when only this machine can connect.</summary>
    public static bool IsLoopback(ListenerOptions options) => IsLoopback(options.Host) && options.Further.All(endpoint => IsLoopback(endpoint.Host));

    /// <param name="arguments">The command's.</param>
    /// <param name="authorityFolder">Where the authority is kept that signs certificates when there are none.</param>
    public static ListenerOptions Read(ParsedArguments arguments, string authorityFolder)
    {
        var defaults = new ListenerOptions();
        var host = arguments.Value("host") ?? defaults.Host;
        var certificates = Certificates(arguments);
        return defaults with
        {
            Host = host,
            Port = arguments.Port("port", defaults.Port),
            Protocol = arguments.Has("https") ? ListenerProtocol.Https : arguments.OneOf("local-protocol", _localProtocols, ListenerProtocol.Http),
            Further =
            [
                .. arguments.Values("https-port").Select(port => new ListenerEndpoint(host, Port("https-port", port), ListenerProtocol.Https)),
                .. arguments.Values("listen").Select(Endpoint),
            ],
            Tls = new TlsOptions
            {
                Certificates = certificates,
                AuthorityFolder = certificates.IsEmpty ? authorityFolder : null,
                Addresses = IPAddress.TryParse(host, out var address) ? [address] : [],
            },
            TrustedProxies = AddressList.TryParse(arguments.Values("trusted-proxy"), out var trusted, out var problem)
                ? trusted
                : throw new UsageException($"--trusted-proxy: {problem}"),
            MaxConnectionsPerAddress = arguments.Value("max-connections-per-address") is { } most ? Count("max-connections-per-address", most) : null,
        };
    }

    private static bool IsLoopback(string host) => host == "localhost" || (IPAddress.TryParse(host, out var address) && IPAddress.IsLoopback(address));

    private static ImmutableArray<CertificateLocation> Certificates(ParsedArguments arguments)
    {
        var paths = arguments.Values("cert");
        var keys = arguments.Values("key");
        if (keys.Count > paths.Count) throw new UsageException("--key: there are more keys than --cert.");
        return [.. paths.Select((path, index) => new CertificateLocation(Path.GetFullPath(path), index < keys.Count ? Path.GetFullPath(keys[index]) : null))];
    }

    // https://0.0.0.0:443, http+proxy://[::1]:8080, h2c://*:8081
    private static ListenerEndpoint Endpoint(string text)
    {
        var (scheme, rest) = text.Split("://", 2) is [var before, var after] ? (before, after.TrimEnd('/')) : ("", "");
        var proxy = scheme.EndsWith("+proxy", StringComparison.Ordinal);
        if (proxy) scheme = scheme[..^"+proxy".Length];
        var colon = rest.LastIndexOf(':');
        if (!_schemes.TryGetValue(scheme, out var protocol) || colon <= 0)
            throw new UsageException($"--listen must be like https://0.0.0.0:443 (or http://, h2c://, each with +proxy before ://), but is \"{text}\".");
        return new ListenerEndpoint(rest[..colon].Trim('[', ']'), Port("listen", rest[(colon + 1)..]), protocol) { ProxyProtocol = proxy };
    }

    private static int Port(string option, string text) => ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
        ? port
        : throw new UsageException($"--{option} must have a port from 0 to 65535, but has \"{text}\".");

    private static int Count(string option, string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0
        ? count
        : throw new UsageException($"--{option} must be a number above 0, but is \"{text}\".");
}
