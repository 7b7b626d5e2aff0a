using Skep.Abstractions.Assets;
using Skep.Storage.Files;

namespace Skep.Storage.Assets;

/// <summary>The folder that holds the bytes of uploaded assets: a file for each content, which never changes once it has its name, beside it
/// the same in other codings. Whoever may read the folder can serve from it.</summary>
public sealed class AssetFolder(string path) : IAssetStore
{
    /// <summary>The folder.</summary>
    public string Path { get; } = path;

    /// <summary>Where files are that have no name yet.</summary>
    public string Unnamed { get; } = System.IO.Path.Combine(path, "new");

    /// <summary>Makes the folders that are missing, and removes what an upload left behind that did not end.</summary>
    public void Prepare()
    {
        Directory.CreateDirectory(Path);
        if (Directory.Exists(Unnamed)) Directory.Delete(Unnamed, recursive: true);
        Directory.CreateDirectory(Unnamed);
    }

    /// <summary>Where the content is in that coding.</summary>
    public string FileOf(AssetContent content, AssetCoding coding) =>
        System.IO.Path.Combine(Path, content.Hash[..2], $"{content.Hash}-{content.Size}{Suffix(coding)}");

    /// <inheritdoc/>
    public Stream? Open(AssetContent content, AssetCoding coding)
    {
        try
        {
            var stream = new FileStream(FileOf(content, coding), FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            // An empty coded file says that coding does not make the content smaller.
            if (coding == AssetCoding.Identity || stream.Length > 0) return stream;
            stream.Dispose();
            return null;
        }
        catch (IOException missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Gives a file that is complete, and on the disk, its name.</summary>
    internal void Name(string file, AssetContent content, AssetCoding coding)
    {
        var target = FileOf(content, coding);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(target)!);
        File.Move(file, target, overwrite: true);
    }

    /// <summary>From the return of this call on the names that were given in these folders survive a power cut.</summary>
    internal void FlushNames(IEnumerable<AssetContent> named)
    {
        foreach (var folder in named.Select(content => System.IO.Path.GetDirectoryName(FileOf(content, AssetCoding.Identity))!).Distinct(StringComparer.Ordinal)) DurableFile.SyncFolder(folder);
        DurableFile.SyncFolder(Path);
    }

    /// <summary>Removes the content in all codings.</summary>
    internal void Delete(AssetContent content)
    {
        foreach (var coding in Enum.GetValues<AssetCoding>()) File.Delete(FileOf(content, coding));
    }

    private static string Suffix(AssetCoding coding) => coding switch
    {
        AssetCoding.Gzip => ".gz",
        AssetCoding.Brotli => ".br",
        _ => "",
    };
}
