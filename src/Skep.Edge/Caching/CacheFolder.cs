using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Skep.Edge.Caching;

/// <summary>Keeps entries in a folder, a file each. A file has its name only when it is whole, so a crash leaves nothing but files that the
/// next start removes. What the disk does not take is not an error: it is a cache.</summary>
/// <remarks>Several processes may share it: whoever adds or removes a file tells the others. Who has not heard of it yet asks the origin
/// once more, or finds that the file is gone.</remarks>
internal sealed class CacheFolder : IAsyncDisposable
{
    private const string Whole = ".entry";
    private const string Unfinished = ".tmp";
    private const int MostWaiting = 1024;

    private readonly string _path;
    private readonly CacheIndex _index;
    private readonly ICachePeers? _peers;
    private readonly Channel<CacheEntry> _toWrite = Channel.CreateBounded<CacheEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _writing;

    public CacheFolder(string path, CacheIndex index, ICachePeers? peers)
    {
        (_path, _index, _peers) = (path, index, peers);
        if (peers is null) Prepare(path);
        string[] known = [.. Directory.EnumerateFiles(path, "*" + Whole)];
        Loading = Task.Run(() => Load(known));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Ends when everything that was kept is in the index again.</summary>
    public Task Loading { get; }

    /// <summary>Makes the folder, and takes out what a crash has left. For whoever is first in it.</summary>
    public static void Prepare(string path)
    {
        Directory.CreateDirectory(path);
        foreach (var left in Directory.EnumerateFiles(path, "*" + Unfinished)) File.Delete(left);
    }

    /// <summary>A file for a body that is being recorded; it gets its end and its name by <see cref="Keep"/>.</summary>
    public (SafeFileHandle Handle, string Path) Create()
    {
        var path = PathOf(Guid.CreateVersion7(), Unfinished);
        return (File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path);
    }

    /// <summary>Keeps an entry: one in memory is written in the background, one in a file gets its end.</summary>
    public void Keep(CacheEntry entry, CacheFile? file)
    {
        if (file is null) _toWrite.Writer.TryWrite(entry);
        else if (file.TryFinish(handle => CacheFileFormat.WriteEnd(handle, entry, file.Checksums), PathOf(entry.Id, Whole))) _peers?.Added(NameOf(entry));
    }

    /// <summary>Another process has added an entry.</summary>
    public void OnAdded(string name)
    {
        if (Guid.TryParseExact(name, "N", out var id)) TryLoad(PathOf(id, Whole), isOwn: false);
    }

    /// <summary>The entry has left the index.</summary>
    public void OnTaken(CacheEntry entry)
    {
        if (entry.Body.IsOnDisk) _peers?.Removed(NameOf(entry));
    }

    /// <summary>Ends when what waits to be written is written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _toWrite.Writer.TryComplete();
        await _writing;
        await Loading;
        _ending.Dispose();
    }

    private static string NameOf(CacheEntry entry) => entry.Id.ToString("N");

    private string PathOf(Guid id, string ending) => Path.Combine(_path, id.ToString("N") + ending);

    // Names begin with the time: the newest first, as it was used last if nothing else is known.
    private void Load(string[] files)
    {
        foreach (var path in files.OrderDescending(StringComparer.Ordinal))
        {
            if (_ending.IsCancellationRequested) return;
            TryLoad(path, isOwn: true);
        }
    }

    private void TryLoad(string path, bool isOwn)
    {
        try
        {
            if (CacheFileFormat.Read(path) is { } entry) _index.AddLoaded(entry, isOwn);
            else File.Delete(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or EndOfStreamException)
        {
            // Gone meanwhile, or not ours to read: as if it were not there.
        }
    }

    private async Task WriteAsync()
    {
        await foreach (var entry in _toWrite.Reader.ReadAllAsync())
        {
            try
            {
                Write(entry);
            }
            catch (Exception full) when (full is IOException or UnauthorizedAccessException)
            {
                // The disk takes no more: the entry stays in memory only.
            }
        }
    }

    private void Write(CacheEntry entry)
    {
        if (entry.Body.Bytes is not { } bytes || entry.IsRemoved) return;
        var (unfinished, whole) = (PathOf(entry.Id, Unfinished), PathOf(entry.Id, Whole));
        uint[] checksums = [.. Enumerable.Range(0, (bytes.Length + CacheFile.BlockSize - 1) / CacheFile.BlockSize)
            .Select(block => Checksum.Of(bytes.Span.Slice(block * CacheFile.BlockSize, Math.Min(CacheFile.BlockSize, bytes.Length - (block * CacheFile.BlockSize)))))];
        using (var handle = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(handle, bytes.Span, 0);
            CacheFileFormat.WriteEnd(handle, entry, checksums);
        }

        File.Move(unfinished, whole);
        var file = new CacheFile(whole, null, bytes.Length, checksums);
        if (_index.TryAddFile(entry, file)) _peers?.Added(NameOf(entry));
        else file.Discard();
    }
}
