namespace Skep.Edge.Listeners;

/// <summary>What a listener speaks.</summary>
public enum ListenerProtocol
{
    /// <summary>HTTP/1.1 without TLS.</summary>
    Http,

    /// <summary>HTTP/2 and HTTP/1.1 over TLS 1.2 or 1.3; the client chooses by ALPN.</summary>
    Https,

    /// <summary>HTTP/2 without TLS, for clients that know (https://www.rfc-editor.org/rfc/rfc9113#section-3.3): proxies.</summary>
    Http2,
}
