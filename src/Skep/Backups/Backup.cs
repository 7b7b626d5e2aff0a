using System.Formats.Tar;
using System.IO.Compression;
using Skep.Abstractions.Objects;
using Skep.Hosting;
using Skep.Storage.Objects;
using Skep.Storage.Objects.Alarms;
using Skep.Storage.Sqlite;

namespace Skep.Backups;

/// <summary>Copies a data folder, whoever serves it meanwhile, and makes data folders of copies.</summary>
/// <remarks>Every database is copied as it is at one moment (SQLite's VACUUM INTO reads one snapshot); the catalog first, so that what
/// it refers to is in the copies that follow, or was removed since; then the other files. What Durable Objects store is copied past SQLite (<see cref="ObjectCopy"/>), since
/// its host alone may open it. Files that are no databases are written once and never changed.</remarks>
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
            foreach (var file in Files(data).Where(file => IsDatabase(file) && !IsOfObjects(data, file))) CopyDatabase(file, In(file));
            // What the databases name is there by now, or has been deleted since; twice, because content of R2 buckets moves once.
            for (var pass = 0; pass < 2; pass++)
            {
                foreach (var file in Files(data).Where(file => !IsDatabase(file) && !IsOfObjects(data, file) && !File.Exists(In(file)))) CopyIfThere(file, In(file), CopyFile);
            }

            CopyObjects(data, folder);

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

        string In(string file) => Path.Combine(folder, Path.GetRelativePath(data, file));
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

    private static bool IsDatabase(string file) => file.EndsWith(Database, StringComparison.Ordinal);

    private static bool IsOfObjects(string data, string file) => Path.GetRelativePath(data, file).StartsWith(DataFolder.ObjectsFolder + "/", StringComparison.Ordinal);

    private static void CopyObjects(string data, string folder)
    {
        // An alarm that was set after the index had been copied, and before the object was, would never be heard.
        Dictionary<ObjectAddress, DateTimeOffset> alarms = [];
        foreach (var file in Files(data).Where(file => IsOfObjects(data, file) && file.EndsWith(ObjectCopy.Extension, StringComparison.Ordinal)))
        {
            var name = Path.GetRelativePath(data, file);
            CopyIfThere(file, Path.Combine(folder, name), (from, to) =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                if (ObjectCopy.Copy(from, to) is { } due && name.Split('/') is [_, var namespaceId, _, var id]) alarms[new(namespaceId, Path.GetFileNameWithoutExtension(id))] = due;
            });
        }

        if (alarms.Count > 0) NoteAsync(Path.Combine(folder, DataFolder.AlarmsFile), alarms).GetAwaiter().GetResult();
    }

    private static async Task NoteAsync(string index, Dictionary<ObjectAddress, DateTimeOffset> alarms)
    {
        await using SqliteAlarmIndex copy = new(index);
        await Task.WhenAll(alarms.Select(each => copy.NoteAsync(each.Key, each.Value).AsTask()));
    }

    // Served meanwhile, a folder loses what was deleted.
    private static void CopyIfThere(string from, string to, Action<string, string> copy)
    {
        try
        {
            copy(from, to);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException && !File.Exists(from))
        {
            // It is not part of the folder any more.
        }
    }

    private static void CopyDatabase(string from, string to)
    {
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
