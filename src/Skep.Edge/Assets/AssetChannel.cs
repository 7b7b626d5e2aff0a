using Skep.Abstractions.Channels;

namespace Skep.Edge.Assets;

/// <summary>A Worker's own static assets, for <c>env.ASSETS.fetch()</c>: the same answers as clients get, whatever host the URL names. The
/// Worker is not asked.</summary>
internal sealed class AssetChannel(AssetSite site) : ISubrequestChannel
{
    private const int MaxRedirects = 20;

    /// <inheritdoc/>
    public ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        (string method, string url) = (request.Method, request.Url);
        for (int sent = 1; ; sent++)
        {
            AssetSubrequestResponse response = Answer(request, method, url, sent);
            if (request.Redirect == RedirectMode.Manual || response.Location is not { } location) return new(response);
            if (request.Redirect == RedirectMode.Error)
                throw new SubrequestException($"The asset {url} is a redirect to {location}, and the request's redirect mode is \"error\".");
            if (sent > MaxRedirects) throw new SubrequestException("Too many redirects.");
            if (sent >= request.MaxRequests) throw new SubrequestException("Too many subrequests.");
            if (!Uri.TryCreate(new Uri(url), location, out Uri? target)) throw new SubrequestException($"The asset {url} redirects to \"{location}\", which is not a URL.");
            url = target.AbsoluteUri;
            if (response.Status == 303 ? method != "HEAD" : response.Status is 301 or 302 && method == "POST") method = "GET";
        }
    }

    private AssetSubrequestResponse Answer(Subrequest source, string method, string url, int sent)
    {
        var request = new AssetRequest(method, url, source.Headers);
        try
        {
            return new AssetSubrequestResponse(AssetAnswer.Of(site, request, site.Answer(request)), method, url, sent);
        }
        catch (IOException failure)
        {
            throw new SubrequestException(failure.Message, failure);
        }
    }
}
