using System.Formats.Tar;
using System.IO.Compression;
using Skep.Hosting;
using Skep.Storage.Sqlite;

namespace Skep.Backups;

/// <summary>Copies a data folder, whoever serves it meanwhile, and makes data folders of copies.</summary>
/// <remarks>Every database is copied as it is at one moment (SQLite's VACUUM INTO reads one snapshot); the catalog first, so that what
/// it refers to is in the copies that follow, or was removed since. Files that are no databases are written once and never changed.</remarks>
internal static class Backup
{
    private const string Database = ".db";
    private static readonly string[] _left = ["-wal", "-shm", "-journal", ".pid", ".lock", ".new", ".history"];

    /// <summary>Writes a backup.</summary>
    /// <param name="data">The data folder.</param>
    /// <param name="to">A folder or archive that does not exist yet.</param>
    /// <param name="now">The time to note.</param>
    /// <returns>What is in it.</returns>
    /// <exception cref="IOException">It cannot be written, or exists already.</exception>
    public static BackupManifest Write(string data, string to, DateTimeOffset now)
    {
        if (Path.Exists(to)) throw new IOException($"{to} exists already: give the backup a name of its own.");
        var partial = to + ".partial";
        var folder = IsArchive(to) ? to + ".files" : partial;
        FilePrivacy.Apply(folder);
        try
        {
            foreach (var file in Files(data)) Copy(file, Path.Combine(folder, Path.GetRelativePath(data, file)));
            var manifest = BackupManifest.Of(folder, now);
            manifest.Write(folder);
            if (IsArchive(to)) Pack(folder, partial, isCompressed: to.EndsWith("gz", StringComparison.Ordinal));
            Directory.Move(partial, to);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
            if (File.Exists(partial)) File.Delete(partial);
        }
    }

    /// <summary>Makes a data folder of a backup.</summary>
    /// <param name="from">What <see cref="Write"/> wrote.</param>
    /// <param name="data">A folder that does not exist, or is empty.</param>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    /// <exception cref="InvalidDataException">It is damaged, or no backup.</exception>
    public static BackupManifest Restore(string from, string data)
    {
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
            throw new IOException($"{data} is not empty. Move it away first, or restore into another folder with --data.");
        if (!Path.Exists(from)) throw new IOException($"There is no backup {from}.");
        var partial = data + ".partial";
        if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        FilePrivacy.Apply(partial);
        try
        {
            if (File.Exists(from)) Unpack(from, partial);
            else foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories)) CopyFile(file, Path.Combine(partial, Path.GetRelativePath(from, file)));
            var manifest = BackupManifest.Read(partial);
            manifest.Verify(partial);
            File.Delete(Path.Combine(partial, BackupManifest.FileName));
            FilePrivacy.Apply(partial);
            if (Directory.Exists(data)) Directory.Delete(data);
            Directory.Move(partial, data);
            return manifest;
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    private static bool IsArchive(string path) =>
        path.EndsWith(".tar", StringComparison.Ordinal) || path.EndsWith(".tar.gz", StringComparison.Ordinal) || path.EndsWith(".tgz", StringComparison.Ordinal);

    // The catalog is in the folder itself, whatever it refers to is in folders of it.
    private static List<string> Files(string data) => [.. Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories)
        .Where(path => !_left.Any(end => path.EndsWith(end, StringComparison.Ordinal)))
        .Where(path => !Path.GetRelativePath(data, path).StartsWith(DataFolder.CacheFolder + "/", StringComparison.Ordinal))
        .OrderBy(path => path.Count(character => character == '/'))];

    private static void Copy(string from, string to)
    {
        if (!from.EndsWith(Database, StringComparison.Ordinal))
        {
            CopyFile(from, to);
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        SqliteFile.Copy(from, to);
    }

    private static void CopyFile(string from, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(to)!);
        File.Copy(from, to);
    }

    private static void Pack(string folder, string to, bool isCompressed)
    {
        using FileStream file = new(to, FileMode.CreateNew);
        using Stream target = isCompressed ? new GZipStream(file, CompressionLevel.Fastest) : file;
        TarFile.CreateFromDirectory(folder, target, includeBaseDirectory: false);
    }

    private static void Unpack(string from, string to)
    {
        using var file = File.OpenRead(from);
        using Stream source = from.EndsWith("gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;

        // It refuses names that lead out of the folder.
        TarFile.ExtractToDirectory(source, to, overwriteFiles: false);
    }
}
