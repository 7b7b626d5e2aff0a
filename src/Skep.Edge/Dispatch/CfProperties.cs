using System.Text.Json;

namespace Skep.Edge.Dispatch;

/// <summary><c>request.cf</c>: the facts that this edge knows about a connection
/// (https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties). Geography is null until
/// a database of it is configured.</summary>
internal sealed class CfProperties(string colo)
{
    private Entry? _last;

    /// <summary>The JSON; the last one is kept, because successive requests seldom differ.</summary>
    public string ToJson(string httpProtocol, string? acceptEncoding)
    {
        Entry? last = Volatile.Read(ref _last);
        if (last is not null && last.HttpProtocol == httpProtocol && last.AcceptEncoding == acceptEncoding)
            return last.Json;
        last = new Entry(httpProtocol, acceptEncoding, Write(httpProtocol, acceptEncoding));
        Volatile.Write(ref _last, last);
        return last.Json;
    }

    private string Write(string httpProtocol, string? acceptEncoding)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("httpProtocol", httpProtocol);
            json.WriteString("clientAcceptEncoding", acceptEncoding ?? "");
            json.WriteString("colo", colo);
            json.WriteString("requestPriority", "");
            json.WriteString("tlsVersion", "");
            json.WriteString("tlsCipher", "");
            json.WriteNumber("edgeRequestKeepAliveStatus", 1);
            foreach (string unknown in (ReadOnlySpan<string>)["asn", "asOrganization", "country", "continent", "city", "region",
                "regionCode", "postalCode", "latitude", "longitude", "timezone"])
                json.WriteNull(unknown);
            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private sealed record Entry(string HttpProtocol, string? AcceptEncoding, string Json);
}
