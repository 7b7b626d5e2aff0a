using System.Threading.Channels;
using Microsoft.Win32.SafeHandles;

namespace Skep.Edge.Caching;

/// <summary>Keeps entries in a folder, a file each; each process that serves has one of its own, the next start of as many has the same. A file has its name only when it is whole, so a crash leaves nothing but files that the
/// next start removes. What the disk does not take is not an error: it is a cache.</summary>
internal sealed class CacheFolder : IAsyncDisposable
{
    private const string Whole = ".entry";
    private const string Unfinished = ".tmp";
    private const int MostWaiting = 1024;
    private const int MostProcesses = 256;

    private readonly string _path;
    private readonly FileStream _lock;
    private readonly CacheIndex _index;
    private readonly Channel<CacheEntry> _toWrite = Channel.CreateBounded<CacheEntry>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly CancellationTokenSource _ending = new();
    private readonly Task _writing;

    public CacheFolder(string path, CacheIndex index)
    {
        Directory.CreateDirectory(path);
        _index = index;
        (_path, _lock) = Claim(path);
        Directory.CreateDirectory(_path);
        foreach (var left in Directory.EnumerateFiles(_path, "*" + Unfinished)) File.Delete(left);
        string[] known = [.. Directory.EnumerateFiles(_path, "*" + Whole)];
        Loading = Task.Run(() => Load(known));
        _writing = Task.Run(WriteAsync);
    }

    /// <summary>Ends when everything that was kept is in the index again.</summary>
    public Task Loading { get; }

    /// <summary>A file for a body that is being recorded; it gets its end and its name by <see cref="Finish"/>.</summary>
    public (SafeFileHandle Handle, string Path) Create()
    {
        var path = Path.Combine(_path, Guid.NewGuid().ToString("N") + Whole);

        // Opened under its final name, but without an end: not an entry before Finish has written that.
        return (File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete), path);
    }

    /// <summary>Keeps an entry: one in memory is written in the background, one in a file gets its end.</summary>
    public void Keep(CacheEntry entry, CacheFile? file)
    {
        if (file is null)
        {
            _toWrite.Writer.TryWrite(entry);
            return;
        }

        if (file.TryOpenToFinish() is not { } handle) return;
        using (handle) CacheFileFormat.WriteEnd(handle, entry, file.Checksums);
    }

    /// <summary>Ends when what waits to be written is written.</summary>
    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        _toWrite.Writer.TryComplete();
        await _writing;
        await Loading;
        _ending.Dispose();
        await _lock.DisposeAsync();
    }

    // The lock goes with the process, however that ends.
    private static (string Path, FileStream Lock) Claim(string path)
    {
        for (var number = 0; number < MostProcesses; number++)
        {
            var own = Path.Combine(path, $"{number}");
            try
            {
                return (own, new FileStream(own + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException) when (File.Exists(own + ".lock"))
            {
                // Another process has it.
            }
        }

        throw new IOException($"{path} is in use by {MostProcesses} processes already.");
    }

    private void Load(string[] files)
    {
        foreach (var path in files.Select(path => new FileInfo(path)).OrderBy(file => file.LastWriteTimeUtc).Select(file => file.FullName))
        {
            if (_ending.IsCancellationRequested) return;
            try
            {
                if (CacheFileFormat.Read(path) is { } entry) _index.AddLoaded(entry);
                else File.Delete(path);
            }
            catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or EndOfStreamException)
            {
                // Gone meanwhile, or not ours to read: as if it were not there.
            }
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
        var path = Path.Combine(_path, Guid.NewGuid().ToString("N"));
        uint[] checksums = [.. Enumerable.Range(0, (bytes.Length + CacheFile.BlockSize - 1) / CacheFile.BlockSize)
            .Select(block => Checksum.Of(bytes.Span.Slice(block * CacheFile.BlockSize, Math.Min(CacheFile.BlockSize, bytes.Length - (block * CacheFile.BlockSize)))))];
        using (var handle = File.OpenHandle(path + Unfinished, FileMode.CreateNew, FileAccess.Write))
        {
            RandomAccess.Write(handle, bytes.Span, 0);
            CacheFileFormat.WriteEnd(handle, entry, checksums);
        }

        File.Move(path + Unfinished, path + Whole);
        var file = new CacheFile(path + Whole, null, bytes.Length, checksums);
        if (!_index.TryAddFile(entry, file)) file.Discard();
    }
}
