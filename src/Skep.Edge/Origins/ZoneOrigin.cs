using System.Diagnostics.CodeAnalysis;

namespace Skep.Edge.Origins;

/// <summary>The server behind a zone: what answers where no worker does.</summary>
/// <param name="Zone">The domain; the hosts below it belong to it too.</param>
/// <param name="Host">The server's name or address, IPv6 without brackets.</param>
/// <param name="Port">Its port.</param>
/// <param name="IsTls">Whether it is spoken to over TLS; its certificate must be for the host that the client asks for.</param>
public sealed record ZoneOrigin(string Zone, string Host, int Port, bool IsTls)
{
    /// <summary>False takes any certificate, as Cloudflare's mode "Full" does; true is "Full (strict)".</summary>
    public bool VerifiesCertificate { get; init; } = true;

    /// <summary>Reads <c>example.com=https://10.0.0.5:8443</c>; <c>https+insecure://</c> takes any certificate.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ZoneOrigin? origin, [NotNullWhen(false)] out string? problem)
    {
        (origin, problem) = (null, null);
        int equals = text.IndexOf('=');
        string zone = equals < 0 ? "" : text[..equals].Trim().ToLowerInvariant();
        string url = text[(equals + 1)..].Trim();
        const string Insecure = "https+insecure://";
        bool verifies = !url.StartsWith(Insecure, StringComparison.Ordinal);
        if (!verifies)
            url = "https://" + url[Insecure.Length..];
        if (Uri.CheckHostName(zone) == UriHostNameType.Unknown
            || !Uri.TryCreate(url, UriKind.Absolute, out Uri? server) || server.Scheme is not ("http" or "https") || server.PathAndQuery != "/" || server.UserInfo.Length > 0)
        {
            problem = $"An origin is written zone=URL, like example.com=https://10.0.0.5:8443, with nothing behind the port; but this is \"{text}\".";
            return false;
        }

        origin = new ZoneOrigin(zone, server.IdnHost, server.Port, server.Scheme == Uri.UriSchemeHttps) { VerifiesCertificate = verifies };
        return true;
    }
}
