namespace Skep.Abstractions.Channels;

/// <summary>The head of a response, and its body as a stream. Disposing it before the body's end closes the connection.</summary>
public abstract class SubrequestResponse : IAsyncDisposable
{
    /// <summary>The status code.</summary>
    public abstract int Status { get; }

    /// <summary>The reason phrase, or an empty string.</summary>
    public abstract string StatusText { get; }

    /// <summary>The URL that answered, after redirects.</summary>
    public abstract string Url { get; }

    /// <summary>Requests that were sent to get it: 1, and 1 for each redirect followed.</summary>
    public abstract int RequestsSent { get; }

    /// <summary>Fills name, value, name, value…; names in lower case, repeated headers repeated.</summary>
    public abstract void CopyHeaders(List<string> flat);

    /// <summary>The body as it was sent, under the <c>content-encoding</c> that the headers name; null for a response that can have none.</summary>
    public abstract Stream? Body { get; }

    /// <summary>The body's length when known.</summary>
    public abstract long? BodyLength { get; }

    /// <summary>After a 101 to a request with <see cref="Subrequest.Upgrade"/>: the connection, both ways, from the first byte
    /// after the head. It is the caller's then: disposing of the response leaves it open, disposing of it closes the connection.</summary>
    public virtual Stream? Upgraded => null;

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}
