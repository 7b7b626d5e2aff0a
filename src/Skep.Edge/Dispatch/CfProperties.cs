using System.Net;
using System.Text;
using System.Text.Json;
using Skep.Abstractions.Geography;
using Skep.Edge.Tls;

namespace Skep.Edge.Dispatch;

/// <summary><c>request.cf</c>: the facts that this edge knows about a connection and its client
/// (https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties). In development it tells of TLS
/// where there is none, so that a worker sees locally what it sees when it is deployed.</summary>
internal sealed class CfProperties(DispatchOptions options)
{
    // Of no connection: clients present no certificate.
    private static readonly string[] EmptyCertificateFacts =
    [
        "certIssuerDN", "certSubjectDN", "certIssuerDNRFC2253", "certSubjectDNRFC2253", "certIssuerDNLegacy", "certSubjectDNLegacy",
        "certSerial", "certIssuerSerial", "certSKI", "certIssuerSKI", "certFingerprintSHA1", "certFingerprintSHA256", "certNotBefore",
        "certNotAfter", "certRFC9440", "certChainRFC9440",
    ];

    // What a worker sees in development where there is no TLS.
    private static readonly TlsFacts DevelopmentTls = new("TLSv1.3", "AEAD-AES128-GCM-SHA256");
    private static readonly TlsFacts NoTls = new("", "");

    private Entry? _last;

    /// <summary>The JSON; the last one is kept, because successive requests seldom differ.</summary>
    public string ToJson(string httpProtocol, string? acceptEncoding, IPAddress? client, TlsFacts? tls = null)
    {
        tls ??= options.Development ? DevelopmentTls : NoTls;
        ClientLocation? location = options.Geography?.Locate(client);
        Entry? last = Volatile.Read(ref _last);
        if (last is not null && last.HttpProtocol == httpProtocol && last.AcceptEncoding == acceptEncoding && last.Tls == tls
            && ReferenceEquals(last.Location, location))
            return last.Json;
        last = new Entry(httpProtocol, acceptEncoding, location, tls, Write(httpProtocol, acceptEncoding, location ?? new ClientLocation(), tls));
        Volatile.Write(ref _last, last);
        return last.Json;
    }

    private string Write(string httpProtocol, string? acceptEncoding, ClientLocation location, TlsFacts tls)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("httpProtocol", httpProtocol);
            json.WriteString("clientAcceptEncoding", acceptEncoding ?? "");
            json.WriteString("colo", options.Colo);
            json.WriteString("requestPriority", "");
            json.WriteNumber("clientTcpRtt", 0);
            json.WriteNumber("edgeRequestKeepAliveStatus", 1);
            json.WriteString("tlsVersion", tls.Version);
            json.WriteString("tlsCipher", tls.Cipher);
            WriteLocation(json, location);
            WriteClientCertificate(json);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static void WriteLocation(Utf8JsonWriter json, ClientLocation location)
    {
        if (location.Asn is { } asn) json.WriteNumber("asn", asn);
        else json.WriteNull("asn");
        json.WriteString("asOrganization", location.AsOrganization);
        json.WriteString("country", location.Country);
        if (location.IsEuCountry) json.WriteString("isEUCountry", "1");
        json.WriteString("continent", location.Continent);
        json.WriteString("city", location.City);
        json.WriteString("region", location.Region);
        json.WriteString("regionCode", location.RegionCode);
        json.WriteString("metroCode", location.MetroCode);
        json.WriteString("postalCode", location.PostalCode);
        json.WriteString("latitude", location.Latitude);
        json.WriteString("longitude", location.Longitude);
        json.WriteString("timezone", location.Timezone);
    }

    private static void WriteClientCertificate(Utf8JsonWriter json)
    {
        json.WriteStartObject("tlsClientAuth");
        json.WriteString("certPresented", "0");
        json.WriteString("certVerified", "NONE");
        json.WriteString("certRevoked", "0");
        foreach (string fact in EmptyCertificateFacts) json.WriteString(fact, "");
        json.WriteBoolean("certRFC9440TooLarge", false);
        json.WriteBoolean("certChainRFC9440TooLarge", false);
        json.WriteEndObject();
    }

    private sealed record Entry(string HttpProtocol, string? AcceptEncoding, ClientLocation? Location, TlsFacts Tls, string Json);
}
