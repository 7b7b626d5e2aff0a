namespace Skep.Abstractions.Assets;

/// <summary>Reads the bytes of uploaded assets. All that serving needs: a process that only serves has no more.</summary>
public interface IAssetStore
{
    /// <summary>The bytes in that coding, from the first; null when they are not stored in it (any more, or yet). The stream can seek.</summary>
    Stream? Open(AssetContent content, AssetCoding coding);
}
