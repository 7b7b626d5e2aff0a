namespace Skep.Abstractions.R2;

/// <summary>Asks for an object.</summary>
/// <param name="Key">The key.</param>
/// <param name="Condition">What must be true of it, or null.</param>
/// <param name="Range">The part that is wanted; null for the whole.</param>
public sealed record R2Get(string Key, R2Condition? Condition = null, R2Range? Range = null);

/// <summary>An object that was asked for, with the content when the condition held. Disposing of it ends the reading.</summary>
public sealed class R2Read : IAsyncDisposable
{
    private R2Read(R2Object found) => Object = found;

    /// <summary>The object.</summary>
    public R2Object Object { get; }

    /// <summary>False when the condition did not hold: there is no content.</summary>
    public bool HasContent => Content is not null || Bytes is not null;

    /// <summary>The content when it is read meanwhile. It frees what it holds at its end.</summary>
    public Stream? Content { get; private init; }

    /// <summary>The content when it is all there.</summary>
    public ReadOnlyMemory<byte>? Bytes { get; private init; }

    /// <summary>Where the content begins within the object.</summary>
    public long Offset { get; private init; }

    /// <summary>How long the content is.</summary>
    public long Length { get; private init; }

    /// <summary>The condition did not hold.</summary>
    public static R2Read Refused(R2Object found) => new(found);

    /// <summary>Content that is all there.</summary>
    public static R2Read Of(R2Object found, long offset, ReadOnlyMemory<byte> bytes) =>
        new(found) { Bytes = bytes, Offset = offset, Length = bytes.Length };

    /// <summary>Content that is read meanwhile.</summary>
    public static R2Read Of(R2Object found, long offset, long length, Stream content) =>
        new(found) { Content = content, Offset = offset, Length = length };

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => Content?.DisposeAsync() ?? default;
}
