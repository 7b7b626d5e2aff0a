using System.Diagnostics;

namespace Skep.Abstractions.Channels;

/// <summary>A request that a worker sends.</summary>
public sealed class Subrequest
{
    /// <summary>The method as the worker wrote it, normalised as fetch does.</summary>
    public required string Method { get; init; }

    /// <summary>The absolute URL, serialised by the URL parser.</summary>
    public required string Url { get; init; }

    /// <summary>name, value, name, value…; names in lower case.</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    /// <summary>The body's bytes when they are all there; empty together with a null <see cref="BodyStream"/> is no body unless
    /// <see cref="HasBody"/>.</summary>
    public ReadOnlyMemory<byte> BodyBytes { get; init; }

    /// <summary>The body when it is produced while it is sent.</summary>
    public Stream? BodyStream { get; init; }

    /// <summary>The length of <see cref="BodyStream"/> when known.</summary>
    public long? BodyLength { get; init; }

    /// <summary>True when there is a body, even an empty one.</summary>
    public bool HasBody { get; init; }

    /// <summary>What to do with a redirect response.</summary>
    public RedirectMode Redirect { get; init; }

    /// <summary>How many requests may be sent in all, the first included; a redirect over it fails.</summary>
    public int MaxRequests { get; init; } = 21;

    /// <summary>The protocol to switch to (<c>websocket</c>), or null: sent as <c>Upgrade</c>, which <see cref="Headers"/> cannot.
    /// An origin that agrees answers 101, and the response has a <see cref="SubrequestResponse.Upgraded"/>.</summary>
    public string? Upgrade { get; init; }

    /// <summary>The <c>cf</c> object of the fetch call as JSON, or null.</summary>
    public string? Cf { get; init; }

    /// <summary>Whose cache it goes by: the one that the worker's <c>caches.default</c> is; null for that of no worker.</summary>
    public string? CacheNamespace { get; init; }

    /// <summary>How many workers have handed on the event that it is sent for: 0 for a client's request.</summary>
    public int Depth { get; init; }

    /// <summary>The span of the invocation that sends it; the default when it has none.</summary>
    public ActivityContext Span { get; init; }

    /// <summary>The same with other headers.</summary>
    public Subrequest WithHeaders(IReadOnlyList<string> headers) => new()
    {
        Method = Method,
        Url = Url,
        Headers = headers,
        BodyBytes = BodyBytes,
        BodyStream = BodyStream,
        BodyLength = BodyLength,
        HasBody = HasBody,
        Redirect = Redirect,
        MaxRequests = MaxRequests,
        Upgrade = Upgrade,
        Cf = Cf,
        CacheNamespace = CacheNamespace,
        Depth = Depth,
        Span = Span,
    };
}

/// <summary>https://fetch.spec.whatwg.org/#concept-request-redirect-mode; the numbers are those of the op.</summary>
public enum RedirectMode
{
    /// <summary>Follow up to 20.</summary>
    Follow,

    /// <summary>Fail.</summary>
    Error,

    /// <summary>Hand the redirect response to the worker.</summary>
    Manual,
}
