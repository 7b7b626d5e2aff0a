using System.Net.Http.Headers;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Outbound;

/// <summary>Puts a worker's headers on the wire: as they are, but for those that frame the message or belong to the
/// connection, and <c>Host</c>, which in Workers always follows the URL.</summary>
internal static class RequestHeaders
{
    // What Workers asks an origin for when the worker does not say.
    private const string DefaultAcceptEncoding = "br, gzip";

    /// <summary>Copies <paramref name="headers"/> (name, value, name, value…).</summary>
    public static void Copy(IReadOnlyList<string> headers, HttpRequestMessage message, in HeaderFilter filter)
    {
        bool asksForEncoding = false;
        HttpRequestHeaders target = message.Headers;
        for (int i = 0; i + 1 < headers.Count; i += 2)
        {
            string name = headers[i];
            if (IsOwn(name) || filter.Drops(name))
                continue;
            if (name == "accept-encoding")
                asksForEncoding = true;
            if (headers[i + 1].AsSpan().ContainsAny('\r', '\n', '\0'))
                throw Invalid(name);
            if (target.TryAddWithoutValidation(name, headers[i + 1]))
                continue;

            // The name describes a body. On a request without one it still has to travel, so an empty body carries it.
            message.Content ??= new ByteArrayContent([]);
            if (!message.Content.Headers.TryAddWithoutValidation(name, headers[i + 1]))
                throw Invalid(name);
        }

        if (!asksForEncoding)
            target.TryAddWithoutValidation("accept-encoding", DefaultAcceptEncoding);
    }

    private static SubrequestException Invalid(string name) => new($"Invalid header: {name}");

    private static bool IsOwn(string name) => name switch
    {
        "host" or "content-length" or "connection" or "keep-alive" or "proxy-connection" or "transfer-encoding" or "te"
            or "trailer" or "upgrade" or "expect" or "http2-settings" => true,
        _ => false,
    };
}
