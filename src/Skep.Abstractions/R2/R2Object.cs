namespace Skep.Abstractions.R2;

/// <summary>What is known of an object besides its content.</summary>
public sealed record R2Object
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>32 hexadecimal digits; another after each write.</summary>
    public required string Version { get; init; }

    /// <summary>Bytes of the content.</summary>
    public required long Size { get; init; }

    /// <summary>The content's MD5 in hexadecimal digits, or of the parts' MD5s with their number behind a dash. Without quotes.</summary>
    public required string ETag { get; init; }

    /// <summary>When it was stored, in milliseconds since 1970.</summary>
    public required long Uploaded { get; init; }

    /// <summary>A class of <see cref="R2StorageClasses"/>.</summary>
    public string StorageClass { get; init; } = R2StorageClasses.Standard;

    /// <summary>What it is to be served with; null when a list left it out.</summary>
    public R2HttpMetadata? Http { get; init; } = R2HttpMetadata.None;

    /// <summary>What its owner added; null when a list left it out.</summary>
    public IReadOnlyDictionary<string, string>? Custom { get; init; } = R2Rules.NoMetadata;

    /// <summary>Checksums of the content.</summary>
    public R2Checksums Checksums { get; init; } = R2Checksums.None;
}

/// <summary>Headers that an object is to be served with; each may be null.</summary>
/// <param name="ContentType"><c>Content-Type</c>.</param>
/// <param name="ContentLanguage"><c>Content-Language</c>.</param>
/// <param name="ContentDisposition"><c>Content-Disposition</c>.</param>
/// <param name="ContentEncoding"><c>Content-Encoding</c>.</param>
/// <param name="CacheControl"><c>Cache-Control</c>.</param>
/// <param name="CacheExpiry"><c>Expires</c>, in milliseconds since 1970.</param>
public sealed record R2HttpMetadata(
    string? ContentType = null,
    string? ContentLanguage = null,
    string? ContentDisposition = null,
    string? ContentEncoding = null,
    string? CacheControl = null,
    long? CacheExpiry = null)
{
    /// <summary>None of them.</summary>
    public static R2HttpMetadata None { get; } = new();
}

/// <summary>The storage classes. Here they differ by name only.</summary>
public static class R2StorageClasses
{
    /// <summary>What an object is in when nothing is said.</summary>
    public const string Standard = "Standard";

    /// <summary>For what is read rarely.</summary>
    public const string InfrequentAccess = "InfrequentAccess";

    /// <summary>The class of that name.</summary>
    /// <exception cref="R2Exception">There is none.</exception>
    public static string Check(string name) => name is Standard or InfrequentAccess ? name : throw R2Exception.InvalidStorageClass(name);
}
