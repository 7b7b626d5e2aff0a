using System.Collections.Concurrent;
using System.IO.Compression;
using Skep.Abstractions.Assets;

namespace Skep.Storage.Assets;

/// <summary>Stores assets in other codings, each once, on a thread of its own that gives way to all others. It does not matter when: until then the
/// plain bytes are sent.</summary>
internal sealed class AssetCompressor : IDisposable
{
    // The best that Brotli can do takes seconds for a megabyte.
    private const long SmallBytes = 512 << 10;

    private static readonly AssetCoding[] Codings = [AssetCoding.Brotli, AssetCoding.Gzip];

    private readonly AssetFolder _folder;
    private readonly BlockingCollection<Action> _work = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly Thread _thread;

    public AssetCompressor(AssetFolder folder)
    {
        _folder = folder;
        _thread = new Thread(Run) { IsBackground = true, Name = "asset compression", Priority = ThreadPriority.BelowNormal };
        _thread.Start();
    }

    /// <summary>The content is there; it is compressed when that is worth it and has not been done.</summary>
    public void Add(AssetContent content, string? type)
    {
        if (CompressibleTypes.Include(type, content.Size)) _work.Add(() => Compress(content));
    }

    /// <summary>Ends when everything that was added has been done.</summary>
    public Task WhenIdleAsync()
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _work.Add(done.SetResult);
        return done.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _stopping.Cancel();
        _thread.Join();
        _work.Dispose();
        _stopping.Dispose();
    }

    private void Run()
    {
        try
        {
            foreach (var each in _work.GetConsumingEnumerable(_stopping.Token)) each();
        }
        catch (OperationCanceledException)
        {
            // What is left is done after the next start.
        }
    }

    private void Compress(AssetContent content)
    {
        foreach (var coding in Codings)
        {
            if (File.Exists(_folder.FileOf(content, coding))) continue;
            using var plain = _folder.Open(content, AssetCoding.Identity);
            // Nothing refers to it any more.
            if (plain is null) return;
            var path = Path.Combine(_folder.Unnamed, Guid.NewGuid().ToString("N"));
            try
            {
                Compress(plain, coding, path);
                _folder.Name(path, content, coding);
            }
            catch (IOException)
            {
                // A full disk, or the folder went away: the plain bytes are served, and the next start tries again.
                File.Delete(path);
                return;
            }
        }
    }

    private void Compress(Stream plain, AssetCoding coding, string path)
    {
        using var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None);
        var level = plain.Length <= SmallBytes ? CompressionLevel.SmallestSize : CompressionLevel.Optimal;
        using (Stream compression = coding == AssetCoding.Brotli ? new BrotliStream(file, level, leaveOpen: true) : new GZipStream(file, level, leaveOpen: true))
        {
            var buffer = new byte[64 << 10];
            while (plain.Read(buffer) is > 0 and var count)
            {
                _stopping.Token.ThrowIfCancellationRequested();
                compression.Write(buffer, 0, count);
            }
        }

        // An empty file says that it is not worth it.
        if (file.Length >= plain.Length) file.SetLength(0);
        file.Flush(flushToDisk: true);
    }
}
