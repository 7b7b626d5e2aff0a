using Skep.Abstractions.Channels;

namespace Skep.Runtime.Services;

/// <summary>Redirects that another worker answers with (https://fetch.spec.whatwg.org/#http-redirect-fetch).</summary>
internal static class Redirection
{
    private const int MostFollowed = 20;

    private static readonly string[] Credentials = ["authorization", "cookie", "proxy-authorization"];
    private static readonly string[] BodyHeaders = ["content-type", "content-length", "content-encoding", "content-language", "content-location"];

    /// <summary>Where the response redirects to, as it says it; null when it does not.</summary>
    public static string? Of(SubrequestResponse response)
    {
        if (response.Status is not (301 or 302 or 303 or 307 or 308)) return null;
        List<string> headers = [];
        response.CopyHeaders(headers);
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            if (headers[i] == "location") return headers[i + 1];
        }

        return null;
    }

    /// <summary>The request that follows.</summary>
    /// <param name="hop">The one that was answered.</param>
    /// <param name="status">With this status.</param>
    /// <param name="location">And this location.</param>
    /// <param name="sent">How many were sent so far.</param>
    /// <exception cref="SubrequestException">None may or can.</exception>
    public static Subrequest Follow(Subrequest hop, int status, string location, int sent)
    {
        Uri from = new(hop.Url);
        if (!Uri.TryCreate(from, location, out var target)) throw new SubrequestException($"{from.Host} redirects to \"{location}\", which is not a URL.");
        if (hop.Redirect == RedirectMode.Error)
            throw new SubrequestException($"{from.Host} answered with a redirect to {target.AbsoluteUri}, and the request's redirect mode is \"error\".");
        if (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps)
            throw new SubrequestException($"{from.Host} redirects to {target.Scheme}:, which is neither http nor https.");
        if (sent > MostFollowed) throw new SubrequestException("Too many redirects.");
        if (sent >= hop.MaxRequests) throw new SubrequestException("Too many subrequests.");
        var becomesGet = status switch
        {
            301 or 302 => hop.Method == "POST",
            303 => hop.Method is not ("GET" or "HEAD"),
            _ => false,
        };
        if (!becomesGet && hop.BodyStream is not null)
            throw new SubrequestException($"{from.Host} answered with a redirect that needs the request body again, but the body was a stream and is gone. Send it from a string or an ArrayBuffer.");
        var crosses = target.Scheme != from.Scheme || target.Authority != from.Authority;
        return new Subrequest
        {
            Method = becomesGet ? "GET" : hop.Method,
            Url = target.AbsoluteUri,
            Headers = Filter(hop.Headers, crosses, becomesGet),
            HasBody = hop.HasBody && !becomesGet,
            BodyBytes = becomesGet ? default : hop.BodyBytes,
            BodyLength = becomesGet ? null : hop.BodyLength,
            Redirect = hop.Redirect,
            MaxRequests = hop.MaxRequests,
            Cf = hop.Cf,
            CacheNamespace = hop.CacheNamespace,
            Depth = hop.Depth,
            Span = hop.Span,
        };
    }

    private static List<string> Filter(IReadOnlyList<string> headers, bool crosses, bool withoutBody)
    {
        List<string> kept = new(headers.Count);
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            if ((crosses && Credentials.Contains(headers[i])) || (withoutBody && BodyHeaders.Contains(headers[i]))) continue;
            kept.Add(headers[i]);
            kept.Add(headers[i + 1]);
        }

        return kept;
    }
}
