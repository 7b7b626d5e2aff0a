using System.Runtime.InteropServices;

namespace Skep.Storage.Files;

/// <summary>Files that are there completely, or not at all.</summary>
internal static partial class DurableFile
{
    // What backups leave out: half of a file.
    private const string Unfinished = ".new";
    private const int ReadOnly = 0;

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
            SyncFolder(Path.GetDirectoryName(path)!);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Waits until the names in a folder are on the disk.</summary>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static void SyncFolder(string folder)
    {
        var descriptor = OpenFolder(folder, ReadOnly);
        if (descriptor < 0) throw new IOException($"{folder} cannot be opened: error {Marshal.GetLastPInvokeError()}");
        var result = Synchronise(descriptor);
        var error = Marshal.GetLastPInvokeError();
        _ = Close(descriptor);
        if (result != 0) throw new IOException($"{folder} cannot be written to the disk: error {error}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int OpenFolder(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Synchronise(int descriptor);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);
}
