namespace Skep.Abstractions.Assets;

/// <summary>Names the bytes of a static asset. The hash is wrangler's: the first 32 hexadecimal digits of BLAKE3 over the content in Base64
/// and the file's extension, so that the bytes alone do not follow from it: of one hash there can be contents of different size.</summary>
/// <param name="Hash">32 lower-case hexadecimal digits.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct AssetContent(string Hash, long Size);
