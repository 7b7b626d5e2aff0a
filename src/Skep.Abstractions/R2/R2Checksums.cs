namespace Skep.Abstractions.R2;

/// <summary>Checksums in lower-case hexadecimal digits; those that are not known are null.</summary>
/// <param name="Md5">128 bits.</param>
/// <param name="Sha1">160 bits.</param>
/// <param name="Sha256">256 bits.</param>
/// <param name="Sha384">384 bits.</param>
/// <param name="Sha512">512 bits.</param>
public sealed record R2Checksums(string? Md5 = null, string? Sha1 = null, string? Sha256 = null, string? Sha384 = null, string? Sha512 = null)
{
    /// <summary>None of them.</summary>
    public static R2Checksums None { get; } = new();
}
