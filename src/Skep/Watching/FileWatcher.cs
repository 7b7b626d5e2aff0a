using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Skep.Watching;

/// <summary>Tells which of a set of files and folders changed. Folders are watched, not files: editors replace files when they
/// save. A file that does not exist yet is watched through the nearest folder that does.</summary>
internal sealed class FileWatcher : IDisposable
{
    private const uint Changes = Inotify.CloseWrite | Inotify.MovedFrom | Inotify.MovedTo | Inotify.Create | Inotify.Delete
        | Inotify.DeleteSelf | Inotify.MoveSelf | Inotify.OnlyFolder;

    // Errors of inotify_add_watch(2) that mean "not there (any more)".
    private const int NoEntry = 2;
    private const int NoAccess = 13;
    private const int NotAFolder = 20;

    private readonly Lock _gate = new();
    private readonly SafeFileHandle _instance;
    private readonly SafeFileHandle _stop;
    private readonly Thread _thread;
    private readonly Channel<string> _changed = Channel.CreateUnbounded<string>(new UnboundedChannelOptions());
    private readonly Dictionary<int, string> _folders = [];
    private HashSet<string> _files = [];
    private HashSet<string> _wholeFolders = [];

    public FileWatcher()
    {
        _instance = Inotify.Init(Inotify.CloseOnExec);
        if (_instance.IsInvalid) throw new Win32Exception(Marshal.GetLastPInvokeError(), "Files cannot be watched (inotify_init1)");
        _stop = Inotify.EventDescriptor(0, Inotify.CloseOnExec);
        if (_stop.IsInvalid) throw new Win32Exception(Marshal.GetLastPInvokeError(), "Files cannot be watched (eventfd)");
        _thread = new Thread(ReadEvents) { IsBackground = true, Name = "file watcher" };
        _thread.Start();
    }

    /// <summary>Paths that changed: a watched file, or anything directly in a watched folder.</summary>
    public ChannelReader<string> Changed => _changed.Reader;

    /// <summary>Replaces what is watched.</summary>
    /// <param name="files">The files; they need not exist.</param>
    /// <param name="folders">Folders in which everything counts.</param>
    /// <param name="readSince">When the reading of what is watched began. A file that was not watched then, and changed since, is
    /// reported at once: it may have been read before it was saved.</param>
    /// <param name="absent">Files that were not there when the reading began. Of others that are gone only the change of their folder
    /// tells when.</param>
    public void Watch(IEnumerable<string> files, IEnumerable<string> folders, FileTime? readSince = null, IReadOnlyCollection<string>? absent = null)
    {
        lock (_gate)
        {
            var before = _files;
            _files = [.. files];
            string[] added = readSince is null ? [] : [.. _files.Where(file => !before.Contains(file))];
            _wholeFolders = [];
            var wanted = new HashSet<string>();
            foreach (var folder in folders)
            {
                if (Directory.Exists(folder)) _wholeFolders.Add(folder);
                else _files.Add(folder);
            }

            wanted.UnionWith(_wholeFolders);
            foreach (var file in _files.ToArray()) wanted.Add(NearestFolder(file));

            foreach (var (watch, folder) in _folders.ToArray())
            {
                if (wanted.Remove(folder)) continue;
                _folders.Remove(watch);
                // It fails when the folder is gone, and the watch with it.
                _ = Inotify.RemoveWatch(_instance, watch);
            }

            foreach (var folder in wanted) Add(folder);

            // Only now: what changes from here on is heard of.
            foreach (var file in added)
            {
                if (absent?.Contains(file) == true ? Path.Exists(file) : ChangedSince(file, readSince!.Value)) _changed.Writer.TryWrite(file);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _ = Inotify.Write(_stop, 1, sizeof(ulong));
        _thread.Join();
        _instance.Dispose();
        _stop.Dispose();
        _changed.Writer.TryComplete();
    }

    // A file that is gone, or never was, has left its last trace in its folder.
    private static bool ChangedSince(string file, FileTime moment) =>
        (FileTime.OfChange(file) ?? FileTime.OfChange(Path.GetDirectoryName(file)!)) is { } changed && moment.IsNotAfter(changed);

    private void Add(string folder)
    {
        var watch = Inotify.AddWatch(_instance, folder, Changes);
        if (watch >= 0)
        {
            _folders[watch] = folder;
            return;
        }

        var error = Marshal.GetLastPInvokeError();
        if (error is NoEntry or NoAccess or NotAFolder) return;
        throw new Win32Exception(error, $"{folder} cannot be watched: raise the sysctl fs.inotify.max_user_watches");
    }

    /// <summary>The folder whose events tell about the file: its own, or the nearest above that exists; then what must come into
    /// being there is watched too.</summary>
    private string NearestFolder(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        while (!Directory.Exists(folder) && Path.GetDirectoryName(folder) is { } parent)
        {
            _files.Add(folder);
            folder = parent;
        }

        return folder;
    }

    private unsafe void ReadEvents()
    {
        var buffer = stackalloc byte[16 << 10];
        var descriptors = stackalloc Inotify.PollDescriptor[2];
        descriptors[0] = new() { Descriptor = (int)_instance.DangerousGetHandle(), Events = Inotify.PollIn };
        descriptors[1] = new() { Descriptor = (int)_stop.DangerousGetHandle(), Events = Inotify.PollIn };
        while (true)
        {
            if (Inotify.Poll(descriptors, 2, -1) < 0) continue; // interrupted by a signal
            if (descriptors[1].Returned != 0) return;
            var length = Inotify.Read(_instance, buffer, 16 << 10);
            for (nint at = 0; at < length;)
            {
                var head = (Inotify.Event*)(buffer + at);
                var name = new ReadOnlySpan<byte>(buffer + at + sizeof(Inotify.Event), (int)head->NameLength);
                Handle(head->Watch, head->Mask, Encoding.UTF8.GetString(name.TrimEnd((byte)0)));
                at += sizeof(Inotify.Event) + (nint)head->NameLength;
            }
        }
    }

    private void Handle(int watch, uint mask, string name)
    {
        string path;
        lock (_gate)
        {
            if ((mask & Inotify.Overflow) != 0)
            {
                // Events were lost: anything may have changed.
                foreach (var each in _files.Concat(_wholeFolders)) _changed.Writer.TryWrite(each);
                return;
            }

            if (!_folders.TryGetValue(watch, out var folder)) return;
            if ((mask & Inotify.Ignored) != 0) _folders.Remove(watch);
            path = name.Length == 0 ? folder : Path.Join(folder, name);
            if (!_files.Contains(path) && !_wholeFolders.Contains(folder) && !_wholeFolders.Contains(path)) return;
        }

        // A new plain file is still empty; its content is announced when its writer closes it. A link or a folder is complete.
        if ((mask & Inotify.Create) != 0 && new FileInfo(path) is { Exists: true, LinkTarget: null, Length: 0 }) return;
        _changed.Writer.TryWrite(path);
    }
}
