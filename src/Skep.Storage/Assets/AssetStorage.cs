using Skep.Abstractions.Assets;

namespace Skep.Storage.Assets;

/// <summary>All there is of static assets on this machine: the folder of their bytes, the database of who has which, and what makes the compressed ones.</summary>
public sealed class AssetStorage : IDisposable
{
    private readonly AssetDatabase _database;
    private readonly AssetCompressor _compressor;

    /// <summary>Opens or creates the folder. Only one process may.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    public AssetStorage(string path, TimeProvider time)
    {
        Folder = new AssetFolder(path);
        _compressor = new AssetCompressor(Folder);
        _database = new AssetDatabase(Folder, time, _compressor.Add);
        foreach (var (content, type) in _database.ListContents()) _compressor.Add(content, type);
    }

    /// <summary>Reads the bytes.</summary>
    public IAssetStore Files => Folder;

    /// <summary>Takes uploads.</summary>
    public IAssetUploads Uploads => _database;

    internal AssetFolder Folder { get; }

    /// <summary>Ends when all that there was to compress has been.</summary>
    internal Task WhenCompressedAsync() => _compressor.WhenIdleAsync();

    /// <inheritdoc/>
    public void Dispose()
    {
        _compressor.Dispose();
        _database.Dispose();
    }
}
