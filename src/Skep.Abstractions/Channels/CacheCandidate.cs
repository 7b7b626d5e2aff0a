namespace Skep.Abstractions.Channels;

/// <summary>A response that may be kept.</summary>
public sealed class CacheCandidate
{
    /// <summary>The status code.</summary>
    public required int Status { get; init; }

    /// <summary>The reason phrase, or an empty string.</summary>
    public required string StatusText { get; init; }

    /// <summary>name, value, name, value…; names in lower case.</summary>
    public required IReadOnlyList<string> Headers { get; init; }

    /// <summary>The body's bytes when they are all there.</summary>
    public ReadOnlyMemory<byte> BodyBytes { get; init; }

    /// <summary>The body when it is still being produced. A failure while it is read leaves nothing behind.</summary>
    public Stream? BodyStream { get; init; }
}
