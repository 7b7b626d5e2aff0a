using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Skep.Abstractions.Catalog;

namespace Skep.Control.S3;

/// <summary>One call of the S3 API.</summary>
internal sealed class S3Request
{
    private S3Request(HttpContext http, string path, string bucket, string key, List<KeyValuePair<string, string>> query) =>
        (Http, Path, Bucket, Key, Query) = (http, path, bucket, key, query);

    public HttpContext Http { get; }

    /// <summary>The path, decoded once.</summary>
    public string Path { get; }

    /// <summary>The bucket; empty for none.</summary>
    public string Bucket { get; }

    /// <summary>The key; empty for none.</summary>
    public string Key { get; }

    /// <summary>The parameters, decoded, in their order.</summary>
    public List<KeyValuePair<string, string>> Query { get; }

    /// <summary>Who calls; set once that is known.</summary>
    public ApiToken? Token { get; set; }

    /// <summary>How the body was signed; set once that is known.</summary>
    public S3Signature? Signature { get; set; }

    public IHeaderDictionary Headers => Http.Request.Headers;

    public string Method => Http.Request.Method;

    public CancellationToken Cancellation => Http.RequestAborted;

    /// <summary>Whether requests of that host are for the account's buckets: <c>&lt;account&gt;.r2.…</c> or <c>&lt;bucket&gt;.&lt;account&gt;.r2.…</c>.</summary>
    public static bool IsHostOf(string account, string host) => host.Contains(account + ".r2.", StringComparison.OrdinalIgnoreCase);

    public static S3Request Read(HttpContext http, string account)
    {
        var target = http.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var end = target.IndexOf('?', StringComparison.Ordinal);
        var path = Uri.UnescapeDataString(end < 0 ? target : target[..end]);
        var query = Parameters(end < 0 ? "" : target[(end + 1)..]);
        var host = http.Request.Host.Host;
        var inHost = IsHostOf(account, host) ? host[..host.IndexOf(account, StringComparison.OrdinalIgnoreCase)].TrimEnd('.') : "";
        var rest = path.StartsWith('/') ? path[1..] : path;
        if (inHost.Length > 0) return new S3Request(http, path, inHost, rest, query);
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        return new S3Request(http, path, slash < 0 ? rest : rest[..slash], slash < 0 ? "" : rest[(slash + 1)..], query);
    }

    /// <summary>The parameter's value, or null.</summary>
    public string? Find(string name)
    {
        foreach (var (known, value) in Query)
        {
            if (known == name) return value;
        }

        return null;
    }

    public bool Has(string name) => Find(name) is not null;

    /// <summary>The header's value, or null.</summary>
    public string? Header(string name) => Headers.TryGetValue(name, out var values) ? values.ToString() : null;

    /// <summary>A parameter that is a number.</summary>
    /// <exception cref="S3Exception">It is none, or out of bounds.</exception>
    public int Number(string name, int otherwise, int most)
    {
        if (Find(name) is not { Length: > 0 } text) return otherwise;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? Math.Min(value, most)
            : throw S3Exception.InvalidArgument($"\"{name}\" must be a number, not \"{text}\".");
    }

    private static List<KeyValuePair<string, string>> Parameters(string query)
    {
        List<KeyValuePair<string, string>> parameters = [];
        foreach (var each in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = each.IndexOf('=', StringComparison.Ordinal);
            parameters.Add(new(Decode(equals < 0 ? each : each[..equals]), equals < 0 ? "" : Decode(each[(equals + 1)..])));
        }

        return parameters;
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>Everything but unreserved characters in hexadecimal digits, as signatures have it.</summary>
    public static string Encode(string text, bool keepSlash = false)
    {
        StringBuilder encoded = new(text.Length);
        foreach (var each in Encoding.UTF8.GetBytes(text))
        {
            if (char.IsAsciiLetterOrDigit((char)each) || each is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~' || (keepSlash && each == (byte)'/')) encoded.Append((char)each);
            else encoded.Append(CultureInfo.InvariantCulture, $"%{each:X2}");
        }

        return encoded.ToString();
    }
}
