using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>A response that says what the cache had to do with it.</summary>
internal sealed class StatusResponse(SubrequestResponse response, string cacheStatus) : SubrequestResponse
{
    public override int Status => response.Status;

    public override string StatusText => response.StatusText;

    public override string Url => response.Url;

    public override int RequestsSent => response.RequestsSent;

    public override Stream? Body => response.Body;

    public override long? BodyLength => response.BodyLength;

    public override Stream? Upgraded => response.Upgraded;

    public override void CopyHeaders(List<string> flat)
    {
        var before = flat.Count;
        response.CopyHeaders(flat);
        for (var i = flat.Count - 2; i >= before; i -= 2)
        {
            if (flat[i] is CacheStatus.Header) flat.RemoveRange(i, 2);
        }

        flat.Add(CacheStatus.Header);
        flat.Add(cacheStatus);
    }

    public override ValueTask DisposeAsync() => response.DisposeAsync();

    /// <summary>Headers with that status instead of the origin's own.</summary>
    public static void Copy(List<string> headers, List<string> flat, string cacheStatus)
    {
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            if (headers[i] is CacheStatus.Header or "cache-tag") continue;
            flat.Add(headers[i]);
            flat.Add(headers[i + 1]);
        }

        flat.Add(CacheStatus.Header);
        flat.Add(cacheStatus);
    }
}
