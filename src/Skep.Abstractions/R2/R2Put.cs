namespace Skep.Abstractions.R2;

/// <summary>Stores an object, or begins to upload one in parts.</summary>
public sealed record R2Put
{
    /// <summary>The key.</summary>
    public required string Key { get; init; }

    /// <summary>What must be true of the object that is there, or null.</summary>
    public R2Condition? Condition { get; init; }

    /// <summary>What it is to be served with.</summary>
    public R2HttpMetadata Http { get; init; } = R2HttpMetadata.None;

    /// <summary>What its owner adds.</summary>
    public IReadOnlyDictionary<string, string> Custom { get; init; } = R2Rules.NoMetadata;

    /// <summary>The checksums that the content must have; they are kept.</summary>
    public R2Checksums Expected { get; init; } = R2Checksums.None;

    /// <summary>A class of <see cref="R2StorageClasses"/>; null for the bucket's.</summary>
    public string? StorageClass { get; init; }
}

/// <summary>Content on its way in: bytes that are there, or a stream.</summary>
/// <param name="Bytes">The bytes; they must not change until the call has returned.</param>
/// <param name="Content">The stream; what it throws is thrown by the call. Not disposed of.</param>
/// <param name="Length">Its length, when that is known: it must be true.</param>
public readonly record struct R2Body(ReadOnlyMemory<byte> Bytes, Stream? Content = null, long? Length = null);
