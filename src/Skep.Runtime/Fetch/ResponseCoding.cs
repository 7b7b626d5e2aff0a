using Skep.Abstractions.Events;

namespace Skep.Runtime.Fetch;

/// <summary>How a response's body gets from what it is to what the response's <c>Content-Encoding</c> says
/// (https://developers.cloudflare.com/workers/runtime-apis/response/, <c>encodeBody</c>).</summary>
/// <param name="AsItCame">An origin's bytes go on under the coding they have.</param>
/// <param name="Apply">The coding to apply, or null.</param>
internal readonly record struct ResponseCoding(bool AsItCame, string? Apply)
{
    private const int PartialContent = 206;

    /// <summary>Decides, and gives the response its <c>Content-Encoding</c>. A client that does not understand the coding gets the
    /// plain body without the header.</summary>
    /// <param name="declared">The worker's <c>Content-Encoding</c>, or null.</param>
    /// <param name="source">The body when the host holds it.</param>
    /// <param name="status">The response's status.</param>
    /// <param name="manual">The worker's bytes are coded already.</param>
    /// <param name="response">Where the response goes.</param>
    public static ResponseCoding Choose(string? declared, HostBody? source, int status, bool manual, FetchEvent response)
    {
        if (declared is null) return new ResponseCoding(source?.Coding is null, null);
        var cameCoded = source?.Coding is { } coding && coding.Equals(declared, StringComparison.OrdinalIgnoreCase);
        // Only these can still be given to the client in another form.
        if (cameCoded || (!manual && status != PartialContent && ContentCoding.CanEncode(declared)))
        {
            if (!ContentCoding.IsAccepted(declared, response.GetHeader("accept-encoding"))) return default;
            response.AddHeader("content-encoding", declared);
            return cameCoded ? new ResponseCoding(true, null) : new ResponseCoding(false, declared);
        }

        response.AddHeader("content-encoding", declared);
        return default;
    }
}
