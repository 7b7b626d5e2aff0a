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

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fdatasync(SafeFileHandle file);
}
