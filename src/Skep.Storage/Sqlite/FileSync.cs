using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Skep.Storage.Sqlite;

/// <summary>Waits until files are on the disk.</summary>
internal static partial class FileSync
{
    /// <summary>Content and length; not the times.</summary>
    /// <exception cref="IOException">The disk failed; what was written may be lost.</exception>
    public static void Data(SafeFileHandle file)
    {
        if (fdatasync(file) != 0) throw new IOException($"fdatasync failed: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    /// <summary>The names of new files in a folder.</summary>
    public static void Folder(string path)
    {
        const int readOnlyDirectory = 0x10000;
        var folder = open(path, readOnlyDirectory);
        if (folder < 0) throw new IOException($"{path} cannot be opened: {Marshal.GetLastPInvokeErrorMessage()}");
        try
        {
            if (fsync(folder) != 0) throw new IOException($"{path} cannot be synced: {Marshal.GetLastPInvokeErrorMessage()}");
        }
        finally
        {
            _ = close(folder);
        }
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fsync(int file);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int file);
}
