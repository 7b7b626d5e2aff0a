using System.Runtime.InteropServices;

namespace Skep.Storage.Disk;

/// <summary>Makes the names of a folder's files durable, which writing the files does not.</summary>
internal static partial class FolderSync
{
    private const int ReadOnly = 0;

    /// <summary>From the return of this call on the names that were given in the folder survive a power cut.</summary>
    /// <exception cref="IOException">The disk says no.</exception>
    public static void Flush(string folder)
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
