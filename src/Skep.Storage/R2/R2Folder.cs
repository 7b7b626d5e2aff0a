using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Skep.Storage.Disk;

namespace Skep.Storage.R2;

/// <summary>The files of a bucket: its database, and content that does not lie there, a file for each, which never changes. Content is
/// <c>incoming</c> until the database names it and for a moment longer, so that a start after a crash has to look at few files only.</summary>
internal sealed class R2Folder(string path)
{
    private const int IdBytes = 16;
    private const int Tries = 4;

    // https://man7.org/linux/man-pages/man3/errno.3.html: somebody else has the lock.
    private const int WouldBlock = 11;

    private readonly string _incoming = Path.Combine(path, "incoming");
    private readonly string _blobs = Path.Combine(path, "blobs");

    public string Database { get; } = Path.Combine(path, "bucket.db");

    /// <summary>Makes the folders that are missing.</summary>
    public void Prepare()
    {
        if (Directory.Exists(_incoming) && Directory.Exists(_blobs)) return;
        Directory.CreateDirectory(_incoming);
        Directory.CreateDirectory(_blobs);
        FolderSync.Flush(path);
        FolderSync.Flush(Path.GetDirectoryName(path)!);
    }

    /// <summary>Says that the bucket is open, for as long as what is returned is. When nobody else has it open, not in another process either
    /// (two of <c>skep dev</c> may be in one folder), <paramref name="alone"/> is called first.</summary>
    public IDisposable Occupy(Action alone)
    {
        var mark = Path.Combine(path, "bucket.lock");
        using (var exclusive = TryLock(mark))
        {
            // Else what is on its way in may be the other's.
            if (exclusive is not null) alone();
        }

        return new FileStream(mark, FileMode.Open, FileAccess.Read, FileShare.Read);
    }

    /// <summary>A name that no content has.</summary>
    public static string NewId() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(IdBytes));

    /// <summary>A file for content on its way in.</summary>
    public SafeFileHandle Create(string blob) => File.OpenHandle(Incoming(blob), FileMode.CreateNew, FileAccess.Write, FileShare.None);

    /// <summary>Makes the names of incoming content durable.</summary>
    public void FlushNames() => FolderSync.Flush(_incoming);

    /// <summary>Content that the database does not name.</summary>
    public void Discard(string blob) => File.Delete(Incoming(blob));

    /// <summary>Content that came in.</summary>
    public IEnumerable<string> ListIncoming() => Directory.EnumerateFiles(_incoming).Select(file => Path.GetFileName(file));

    /// <summary>Puts content that the database names where it stays.</summary>
    public void Settle(string blob)
    {
        var target = Settled(blob);
        var folder = Path.GetDirectoryName(target)!;
        if (!Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder);
            FolderSync.Flush(_blobs);
        }

        File.Move(Incoming(blob), target);
    }

    /// <summary>Content that the database does not name any more.</summary>
    public void Remove(string blob)
    {
        foreach (var file in (string[])[Settled(blob), Incoming(blob)])
        {
            if (File.Exists(file)) File.Delete(file);
        }
    }

    /// <summary>Opens content to read it, where it is at this moment.</summary>
    public SafeFileHandle Open(string blob)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return OpenFile(Settled(blob));
            }
            catch (IOException missing) when (missing is FileNotFoundException or DirectoryNotFoundException && attempt < Tries)
            {
                try
                {
                    return OpenFile(Incoming(blob));
                }
                catch (FileNotFoundException)
                {
                    // It was settled just now: once more.
                }
            }
        }

        static SafeFileHandle OpenFile(string file) =>
            File.OpenHandle(file, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, FileOptions.SequentialScan);
    }

    private static FileStream? TryLock(string mark)
    {
        try
        {
            return new FileStream(mark, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException locked) when (locked.HResult == WouldBlock)
        {
            return null;
        }
    }

    private string Incoming(string blob) => Path.Combine(_incoming, blob);

    private string Settled(string blob) => Path.Combine(_blobs, blob[..2], blob);
}
