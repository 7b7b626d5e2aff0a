namespace Skep.Abstractions.Assets;

/// <summary>How the bytes of an asset are stored.</summary>
public enum AssetCoding
{
    /// <summary>As they were uploaded.</summary>
    Identity,

    /// <summary><c>Content-Encoding: gzip</c>.</summary>
    Gzip,

    /// <summary><c>Content-Encoding: br</c>.</summary>
    Brotli,
}
