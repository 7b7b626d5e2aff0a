using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Skep.Abstractions.Assets;
using Skep.Control.Envelopes;

namespace Skep.Control.Assets;

/// <summary>The list of files that a client wants to upload: path → hash and size.</summary>
internal static class UploadManifest
{
    private const int HashLength = 32;
    private const int LongestPath = 2048;
    private const long BucketBytes = 32L << 20;
    private const int BucketFiles = 500;

    private static readonly string[] Encoded = ["%2f", "%5c", "%00"];

    /// <exception cref="ApiException">It is malformed, too large, or has names that are no file's.</exception>
    public static ImmutableArray<AssetUploadFile> Read(JsonObject manifest)
    {
        if (manifest.Count > AssetLimits.Files)
            throw ApiException.Invalid($"Maximum number of files exceeded: the manifest has {manifest.Count}, and a version can have {AssetLimits.Files}.");
        var sizes = new Dictionary<string, long>(StringComparer.Ordinal);
        var files = ImmutableArray.CreateBuilder<AssetUploadFile>(manifest.Count);
        foreach (var (path, value) in manifest)
        {
            CheckPath(path);
            var entry = value as JsonObject ?? throw ApiException.Invalid($"The manifest's entry for {Show(path)} must be an object.");
            var hash = entry.RequiredString("hash");
            if (hash.Length != HashLength || !hash.All(char.IsAsciiHexDigitLower))
                throw ApiException.Invalid($"The hash of {path} must have {HashLength} lower-case hexadecimal digits.");
            var size = entry.OptionalNumber("size") ?? throw ApiException.Invalid($"The manifest has no \"size\" of {path}.");
            if (size is < 0 or > AssetLimits.FileBytes || size != Math.Floor(size))
                throw ApiException.Invalid($"Asset too large: {path} has {size} bytes; a file can have up to {AssetLimits.FileBytes >> 20} MiB.");
            if (!sizes.TryAdd(hash, (long)size) && sizes[hash] != (long)size)
                throw ApiException.Invalid($"The manifest has two sizes for the hash {hash}.");
            files.Add(new AssetUploadFile(path, new AssetContent(hash, (long)size)));
        }

        return files.ToImmutable();
    }

    /// <summary>Contents in groups that are uploaded with one request each.</summary>
    public static JsonArray Buckets(IEnumerable<AssetContent> contents)
    {
        var buckets = new JsonArray();
        JsonArray? bucket = null;
        long bytes = 0;
        foreach (var content in contents)
        {
            if (bucket is null || bucket.Count == BucketFiles || bytes + content.Size > BucketBytes)
            {
                buckets.Add(bucket = []);
                bytes = 0;
            }

            bucket.Add(content.Hash);
            bytes += content.Size;
        }

        return buckets;
    }

    // Paths are looked up and never opened; but what could be taken for another path somewhere else has no place here.
    private static void CheckPath(string path)
    {
        var reason =
            path.Length > LongestPath ? $"is longer than {LongestPath} characters"
            : !path.StartsWith('/') ? "does not begin with a slash"
            : path.Any(char.IsControl) ? "has a control character"
            : path.Contains('\\', StringComparison.Ordinal) ? "has a backslash"
            : !IsUnicode(path) ? "is not Unicode"
            : Array.Exists(Encoded, each => path.Contains(each, StringComparison.OrdinalIgnoreCase)) ? "has an encoded slash, backslash or NUL"
            : path[1..].Split('/').Any(segment => segment is "" or "." or "..") ? "has an empty segment, or one that is . or .."
            : null;
        if (reason is not null) throw ApiException.Invalid($"The asset {Show(path)} cannot be uploaded: its path {reason}. Rename it, or list it in .assetsignore.");
    }

    private static bool IsUnicode(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune == Rune.ReplacementChar) return false;
        }

        return true;
    }

    private static string Show(string path) =>
        $"\"{string.Concat(path.Take(100).Select(character => char.IsControl(character) ? '?' : character))}\"";
}
