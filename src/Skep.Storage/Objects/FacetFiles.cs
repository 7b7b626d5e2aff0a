using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Skep.Storage.Objects;

/// <summary>Where the facets of an object lie: <c>id-facets/generation of all/digest of the name.generation.sqlite</c>, each with what an object's database has
/// beside it. A file's place is never given to another facet, so what is deleted can be removed at leisure.</summary>
internal sealed class FacetFiles(string folder)
{
    private const int DigestLength = 32;

    /// <summary>Whether there ever was one.</summary>
    public bool Any => Directory.Exists(folder);

    /// <summary>What a name is called: it may be anything.</summary>
    public static string Key(string name) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..DigestLength];

    public string PathOf(long all, string key, long generation) => Path.Combine(folder, Text(all), $"{key}.{Text(generation)}{ObjectFile.Extension}");

    /// <summary>A generation of all facets that none has used, after one.</summary>
    public long NextOfAll(long all) => Numbers(folder, static name => name).Append(all).Max() + 1;

    /// <summary>A generation of one facet, likewise: going back in time may have left later ones.</summary>
    public long Next(long all, string key, long generation) =>
        Numbers(Path.Combine(folder, Text(all)), name => name.StartsWith(key + ".", StringComparison.Ordinal) ? GenerationIn(name) : null).Append(generation).Max() + 1;

    /// <summary>What was deleted: whatever is older than the generations that are now.</summary>
    /// <param name="all">The generation of all.</param>
    /// <param name="of">The generation of a facet, by its digest.</param>
    public List<string> FindDeleted(long all, Func<string, long> of)
    {
        if (!Any) return [];
        List<string> found = [.. Directory.EnumerateDirectories(folder).Where(path => Number(Path.GetFileName(path)) < all)];
        var current = Path.Combine(folder, Text(all));
        if (!Directory.Exists(current)) return found;
        Dictionary<string, long> known = [];
        foreach (var path in Directory.EnumerateFileSystemEntries(current))
        {
            var name = Path.GetFileName(path);
            if (name.Length <= DigestLength + 1 || Number(GenerationIn(name)) is not { } generation) continue;
            var key = name[..DigestLength];
            if (!known.TryGetValue(key, out var now)) known[key] = now = of(key);
            if (generation < now) found.Add(path);
        }

        return found;
    }

    /// <summary>Removes a file, or a folder with what is in it.</summary>
    public static void Remove(string path)
    {
        try
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            else File.Delete(path);
        }
        catch (DirectoryNotFoundException)
        {
            // Another sweep was first.
        }
    }

    // digest.generation.sqlite-wal, digest.generation-history: what is between.
    private static string GenerationIn(string name)
    {
        var rest = name.AsSpan(DigestLength + 1);
        var end = rest.IndexOfAnyExceptInRange('0', '9');
        return (end < 0 ? rest : rest[..end]).ToString();
    }

    private static List<long> Numbers(string inside, Func<string, string?> part) =>
        !Directory.Exists(inside) ? [] : [.. Directory.EnumerateFileSystemEntries(inside).Select(path => part(Path.GetFileName(path))).OfType<string>().Select(Number).OfType<long>()];

    private static long? Number(string text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
