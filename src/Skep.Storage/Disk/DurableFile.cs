namespace Skep.Storage.Disk;

/// <summary>Files that are there completely, or not at all.</summary>
internal static class DurableFile
{
    // What backups leave out: half of a file.
    private const string Unfinished = ".new";

    /// <summary>Writes a file, waits for the disk, and gives it its name.</summary>
    public static void Write(string path, Action<Stream> write)
    {
        var unfinished = path + Unfinished;
        try
        {
            using (FileStream file = new(unfinished, FileMode.Create, FileAccess.Write, FileShare.None, 64 << 10))
            {
                write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            FolderSync.Flush(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }
}
