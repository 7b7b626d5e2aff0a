using System.Globalization;
using Skep.Storage.Disk;

namespace Skep.Hosting;

/// <summary>Says in the data folder which process serves it, and keeps a second one away: the file is locked for as long as the process
/// lives, whatever ends it.</summary>
internal sealed class ServerMark : IDisposable
{
    // Two files, because who only wants to read must not need the lock.
    private const string LockName = "server.lock";
    private const string ProcessName = "server.pid";

    private readonly FileStream _lock;
    private readonly string _processFile;

    private ServerMark(FileStream locked, string processFile)
    {
        _lock = locked;
        _processFile = processFile;
        WasInterrupted = File.Exists(processFile);
        File.WriteAllText(processFile, Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>True when the last server of this folder did not end in good order.</summary>
    public bool WasInterrupted { get; }

    /// <summary>Marks the folder as served by this process.</summary>
    /// <exception cref="InvalidOperationException">Another process serves it.</exception>
    public static ServerMark Set(string folder) => TrySet(folder)
        ?? throw new InvalidOperationException($"Process {Find(folder)} serves {folder} already. Stop it, or give this server another folder with --data.");

    /// <summary>Marks the folder as served by this process; null when another process serves it.</summary>
    public static ServerMark? TrySet(string folder) => TryLock(folder) is { } locked ? new ServerMark(locked, Path.Combine(folder, ProcessName)) : null;

    /// <summary>The process that serves the folder, or null.</summary>
    public static int? Find(string folder)
    {
        using var locked = File.Exists(Path.Combine(folder, LockName)) ? TryLock(folder) : null;
        if (locked is not null || !File.Exists(Path.Combine(folder, ProcessName))) return null;
        return int.TryParse(File.ReadAllText(Path.Combine(folder, ProcessName)), CultureInfo.InvariantCulture, out var process) ? process : null;
    }

    /// <summary>The server has ended in good order.</summary>
    public void Dispose()
    {
        // Whoever wants an empty project may have removed the folder.
        if (File.Exists(_processFile)) File.Delete(_processFile);
        _lock.Dispose();
    }

    private static FileStream? TryLock(string folder)
    {
        try
        {
            return new FileStream(Path.Combine(folder, LockName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException taken) when (FileHold.IsHeld(taken))
        {
            return null;
        }
    }
}
