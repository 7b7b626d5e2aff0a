namespace Skep.Storage.Disk;

/// <summary>Files that a process keeps for itself (<see cref="FileShare.None"/>).</summary>
public static class FileHold
{
    // EWOULDBLOCK of flock.
    private static readonly int Held = OperatingSystem.IsMacOS() ? 35 : 11;

    /// <summary>Whether opening failed because another process has the file, and for no other reason.</summary>
    public static bool IsHeld(IOException failure) => failure.HResult == Held;
}
