using System.Collections.Frozen;

namespace Skep.Edge.Http;

/// <summary>Lower-cases header names without allocating for those that are commonly seen.</summary>
internal static class LowerCaseNames
{
    private static readonly FrozenDictionary<string, string> _known = new[]
    {
        "accept", "accept-charset", "accept-encoding", "accept-language", "access-control-request-headers",
        "access-control-request-method", "authority", "authorization", "baggage", "cache-control", "cdn-loop", "connection",
        "content-disposition", "content-encoding", "content-language", "content-length", "content-location", "content-type", "cookie",
        "correlation-context", "date", "dnt", "expect", "forwarded", "from", "host", "if-match", "if-modified-since",
        "if-none-match", "if-range", "if-unmodified-since", "keep-alive", "last-modified", "max-forwards", "mcp-session-id",
        "origin", "pragma", "priority", "proxy-authorization", "proxy-connection", "range", "referer", "sec-ch-ua",
        "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user",
        "sec-gpc", "sec-websocket-extensions", "sec-websocket-key", "sec-websocket-protocol", "sec-websocket-version",
        "te", "traceparent", "tracestate", "trailer", "transfer-encoding", "upgrade", "upgrade-insecure-requests", "user-agent",
        "accept-ranges", "access-control-allow-credentials", "access-control-allow-headers", "access-control-allow-methods",
        "access-control-allow-origin", "access-control-expose-headers", "access-control-max-age", "age", "allow", "alt-svc",
        "cf-cache-status", "cf-connecting-ip", "cf-ray", "content-range", "content-security-policy", "etag", "expires", "link",
        "location", "nel", "permissions-policy", "proxy-authenticate", "referrer-policy", "report-to", "retry-after", "server",
        "server-timing", "set-cookie", "strict-transport-security", "timing-allow-origin", "vary", "www-authenticate",
        "x-content-type-options", "x-forwarded-proto", "x-frame-options", "x-powered-by", "x-real-ip", "x-xss-protection",
        "via", "warning", "x-api-key", "x-correlation-id", "x-forwarded-for", "x-forwarded-host", "x-http-method-override",
        "x-request-id", "x-requested-with",
    }.ToFrozenDictionary(static name => name, StringComparer.OrdinalIgnoreCase);

    /// <summary>The name in lower case.</summary>
    public static string ToLower(string name) =>
        _known.TryGetValue(name, out string? lower) ? lower : name.ToLowerInvariant();
}
