using Skep.Abstractions.Channels;

namespace Skep.Edge.Outbound.Http1;

/// <summary>One request as it goes over the wire: a subrequest, or what a redirect made of it.</summary>
/// <param name="Source">What the worker asked for.</param>
/// <param name="Url">Where this one goes.</param>
/// <param name="Method">Its method.</param>
/// <param name="Filter">The headers that are not sent again.</param>
internal sealed record Http1Request(Subrequest Source, HttpUrl Url, string Method, HeaderFilter Filter)
{
    /// <summary>True when a body goes with it, even an empty one.</summary>
    public bool HasBody => !Filter.BodyHeaders && (Source.HasBody || Source.BodyStream is not null || !Source.BodyBytes.IsEmpty);

    /// <summary>The body when it is all there; empty for none.</summary>
    public ReadOnlyMemory<byte> Bytes => HasBody && Source.BodyStream is null ? Source.BodyBytes : default;

    /// <summary>The body when it is made while it is sent.</summary>
    public Stream? Stream => HasBody ? Source.BodyStream : null;

    /// <summary>The length of the body; null when it is not known before its end.</summary>
    public long? BodyLength => Stream is null ? Bytes.Length : Source.BodyLength;

    /// <summary>True when sending it twice does what sending it once does
    /// (https://www.rfc-editor.org/rfc/rfc9110#section-9.2.2), and there is something to send again.</summary>
    public bool MayRepeat => Stream is null && Source.Upgrade is null && Method is "GET" or "HEAD" or "OPTIONS" or "TRACE" or "PUT" or "DELETE";

    /// <summary>The body is not sent: whoever still makes it hears that nobody reads it.</summary>
    public ValueTask ReleaseBodyAsync() => Stream?.DisposeAsync() ?? ValueTask.CompletedTask;
}
