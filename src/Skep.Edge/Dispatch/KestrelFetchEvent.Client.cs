using System.Net;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Skep.Edge.Forwarding;
using Skep.Edge.Tls;

namespace Skep.Edge.Dispatch;

// Who asks, and how: from the connection, or from what a trusted proxy says.
internal sealed partial class KestrelFetchEvent
{
    // What Cloudflare says when it does not know.
    private const string UnknownCountry = "XX";

    private readonly ITlsHandshakeFeature? _tls = features.Get<ITlsHandshakeFeature>();
    private IPAddress? _forwardedClient;
    private string? _forwardedScheme;

    private IPAddress? ClientAddress => _forwardedClient ?? _connection.RemoteIpAddress;

    private TlsFacts? TlsFacts => field ??= _tls is null ? null : TlsFacts.Of(_tls);

    private string Country => application.Options.Geography?.Locate(ClientAddress)?.Country ?? UnknownCountry;

    /// <summary>Reads what the proxy says, if it is one that is trusted.</summary>
    private void ReadForwarded()
    {
        (_forwardedClient, _forwardedScheme) = (null, null);
        AddressList trusted = application.Options.TrustedProxies;
        if (trusted.Contains(_connection.RemoteIpAddress))
        {
            _forwardedClient = ForwardedClient.Find(JoinValues(_headers["x-forwarded-for"], ", "), trusted);
            if (ForwardedClient.UsedTls(JoinValues(_headers["x-forwarded-proto"], ",")) is { } https)
                _forwardedScheme = https ? Uri.UriSchemeHttps : Uri.UriSchemeHttp;
        }

        if (_scheme != Scheme)
        {
            _scheme = Scheme;
            _url = null;
        }
    }
}
