using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Objects;

/// <summary>Where an object's data lies: <c>namespace/first two digits/id.sqlite</c>.</summary>
internal sealed class ObjectFile
{
    public const string Extension = ".sqlite";

    private readonly string _path;
    private readonly long _maxBytes;

    public ObjectFile(ObjectStoreOptions options, string namespaceId, string id)
        : this(System.IO.Path.Combine(Folder(options, namespaceId), id[..2], id + Extension), options.MaxFileBytes)
    {
    }

    private ObjectFile(string path, long maxBytes)
    {
        _path = path;
        _maxBytes = maxBytes;
        Exists = File.Exists(path);
    }

    /// <summary>Whether anything was ever stored.</summary>
    public bool Exists { get; private set; }

    public string Path => _path;

    /// <summary>What it is to be when it is next opened.</summary>
    public PlannedRestore Restore => new(_path[..^Extension.Length]);

    /// <summary>The databases of the object's facets.</summary>
    public FacetFiles Facets => new(_path[..^Extension.Length] + "-facets");

    /// <summary>The database of a facet.</summary>
    public ObjectFile Facet(long all, string key, long generation) => new(Facets.PathOf(all, key, generation), _maxBytes);

    /// <summary>The same file, as it is by now.</summary>
    public ObjectFile Again() => new(_path, _maxBytes);

    public static string Folder(ObjectStoreOptions options, string namespaceId)
    {
        if (!IsName(namespaceId)) throw new ArgumentException($"\"{namespaceId}\" is no id of a namespace.", nameof(namespaceId));
        return System.IO.Path.Combine(options.Folder, namespaceId);
    }

    /// <summary>64 hexadecimal digits in lower case.</summary>
    public static bool IsId(string id) => id.Length == 64 && id.All(char.IsAsciiHexDigitLower);

    /// <exception cref="SqliteException">It cannot be opened, or a later host has written to it.</exception>
    public ObjectSession Open(long epoch)
    {
        List<string> changed = [];
        if (!Exists)
        {
            try
            {
                var folder = System.IO.Path.GetDirectoryName(_path)!;
                for (var each = folder; !Directory.Exists(each); each = changed[^1]) changed.Add(System.IO.Path.GetDirectoryName(each)!);
                Directory.CreateDirectory(folder);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new SqliteException(raw.SQLITE_CANTOPEN, $"{_path} cannot be made: {failure.Message}");
            }
        }

        // Empty it is when a process ended while it made it; with a log it had a head as well.
        if (Exists && File.Exists(_path + "-wal")) FileTrouble.ThrowIfEmptied(_path);
        var session = new ObjectSession(_path, _maxBytes, isNew: !Exists, changed);
        try
        {
            session.CheckEpoch(epoch);
            Exists = true;
            return session;
        }
        catch
        {
            session.Dispose();
            throw;
        }
    }

    private static bool IsName(string text) => text.Length > 0 && text.All(each => char.IsAsciiLetterLower(each) || char.IsAsciiDigit(each) || each == '-');
}
