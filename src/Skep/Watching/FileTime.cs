using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Skep.Watching;

/// <summary>A moment on the clock that stamps files. It ticks a few milliseconds behind the system's, so that only a comparison
/// with itself tells which of two things came first.</summary>
internal readonly partial record struct FileTime(long Seconds, long Nanoseconds)
{
    private const int RealTimeCoarse = 5;
    private const int CurrentFolder = -100;
    private const uint ChangeTime = 0x80;

    /// <summary>The time that a file changed now would carry.</summary>
    public static FileTime Now => GetTime(RealTimeCoarse, out var now) == 0
        ? new FileTime(now.Seconds, now.Nanoseconds)
        : throw new Win32Exception(Marshal.GetLastPInvokeError(), "The clock cannot be read (clock_gettime)");

    /// <summary>When the file last changed: its content, or what it is called, which is how editors save. Null when it is not
    /// there.</summary>
    public static FileTime? OfChange(string path) =>
        Status(CurrentFolder, path, 0, ChangeTime, out var status) == 0 ? new FileTime(status.ChangedSeconds, status.ChangedNanoseconds) : null;

    /// <summary>True unless it is later than <paramref name="other"/>.</summary>
    public bool IsNotAfter(FileTime other) => Seconds < other.Seconds || (Seconds == other.Seconds && Nanoseconds <= other.Nanoseconds);

    [LibraryImport("libc", EntryPoint = "clock_gettime", SetLastError = true)]
    private static partial int GetTime(int clock, out TimeSpec time);

    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Status(int folder, string path, int flags, uint mask, out StatusBuffer status);

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public long Seconds;
        public long Nanoseconds;
    }

    /// <summary>struct statx (statx(2)), the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct StatusBuffer
    {
        [FieldOffset(96)]
        public long ChangedSeconds;

        [FieldOffset(104)]
        public uint ChangedNanoseconds;
    }
}
