using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.StaticFiles;
using Skep.Abstractions.Assets;

namespace Skep.Edge.Assets;

/// <summary>A folder of assets in development: every request sees the files as they are. What a file's name leads to is worked out for each
/// request, so that there is nothing to be told of changes.</summary>
internal sealed class LiveDirectory : IAssetIndex, IAssetStore
{
    private readonly string _root;
    private readonly HtmlPaths _paths;
    private readonly LiveFile<IgnoreRules> _ignored;
    private readonly FileExtensionContentTypeProvider _types = new();
    private readonly ConcurrentDictionary<AssetContent, string> _seen = [];

    public LiveDirectory(string root, HtmlHandling handling)
    {
        _root = Path.TrimEndingDirectorySeparator(root);
        _paths = new HtmlPaths(handling, Find);
        _ignored = new LiveFile<IgnoreRules>(Path.Combine(_root, IgnoreRules.FileName), IgnoreRules.Parse);
    }

    /// <inheritdoc/>
    public AssetMatch? Resolve(ReadOnlySpan<char> path) => _paths.Resolve(path.ToString());

    /// <inheritdoc/>
    public AssetEntry? FindPage(ReadOnlySpan<char> folder) => Find(string.Concat(folder, "/404.html"));

    /// <inheritdoc/>
    public AssetEntry? Find(string path)
    {
        if (!IsInside(path)) return null;
        var file = new FileInfo(_root + path);
        if (!file.Exists || file.Length > AssetLimits.FileBytes || _ignored.Value.Ignores(path[1..])) return null;
        // Not the content's hash: whoever works on a large file does not want to wait for it.
        string identity = string.Create(null, $"{path}\n{file.LastWriteTimeUtc.Ticks}\n{file.Length}");
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(identity)).AsSpan(0, 16));
        var entry = new AssetEntry(hash, file.Length, TypeOf(path));
        _seen[entry.Content] = file.FullName;
        return entry;
    }

    /// <inheritdoc/>
    public Stream? Open(AssetContent content, AssetCoding coding)
    {
        if (coding != AssetCoding.Identity || !_seen.TryGetValue(content, out string? file)) return null;
        try
        {
            return new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (IOException gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    // Decoded paths come from clients: a segment may be anything.
    private static bool IsInside(string path)
    {
        if (!path.StartsWith('/') || path.Length > 4096 || path.Contains('\0', StringComparison.Ordinal)) return false;
        foreach (Range segment in path.AsSpan(1).Split('/'))
        {
            if (path.AsSpan(1)[segment] is "" or "." or "..") return false;
        }

        return true;
    }

    // As wrangler names types when it uploads.
    private string? TypeOf(string path)
    {
        if (!_types.TryGetContentType(path, out string? type)) return null;
        return type.StartsWith("text/", StringComparison.Ordinal) && !type.Contains("charset", StringComparison.Ordinal) ? type + "; charset=utf-8" : type;
    }
}
