using System.Buffers;
using Skep.Abstractions.Assets;

namespace Skep.Storage.Assets;

/// <summary>Contents on their way in: files without a name, each written to the disk and verified before it counts.</summary>
internal sealed class AssetBatch(AssetDatabase database, AssetUploadState upload) : IAssetBatch
{
    private const int BufferBytes = 64 << 10;

    private readonly Dictionary<AssetContent, Written> _written = [];

    /// <summary>A file that is complete.</summary>
    internal sealed record Written(string File, AssetContent Content, string? ContentType);

    /// <inheritdoc/>
    public async ValueTask WriteAsync(AssetUploadFile file, string? contentType, Stream content, CancellationToken cancellation)
    {
        var path = Path.Combine(database.Folder.Unnamed, Guid.NewGuid().ToString("N"));
        var written = new Written(path, file.Content, contentType);
        try
        {
            await CopyAsync(file, content, path, cancellation);
        }
        catch
        {
            File.Delete(path);
            throw;
        }

        if (_written.TryGetValue(file.Content, out var twice)) File.Delete(twice.File);
        _written[file.Content] = written;
    }

    /// <inheritdoc/>
    public ValueTask CommitAsync()
    {
        database.Commit(upload, _written.Values);
        _written.Clear();
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var written in _written.Values) File.Delete(written.File);
    }

    private static async Task CopyAsync(AssetUploadFile file, Stream content, string path, CancellationToken cancellation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            var hash = new AssetHash();
            long size = 0;
            await using var target = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            while (await content.ReadAsync(buffer, cancellation) is > 0 and var count)
            {
                size += count;
                if (size > file.Content.Size) throw new InvalidDataException($"{file.Path} has more than the {file.Content.Size} bytes that the manifest says.");
                hash.Append(buffer.AsSpan(0, count));
                await target.WriteAsync(buffer.AsMemory(0, count), cancellation);
            }

            if (size != file.Content.Size) throw new InvalidDataException($"{file.Path} has {size} bytes, and not the {file.Content.Size} that the manifest says.");
            var actual = hash.Finish(file.Path);
            if (actual != file.Content.Hash) throw new InvalidDataException($"{file.Path} has the hash {actual}, and not {file.Content.Hash}, as the manifest says. Was it changed while it was uploaded? Deploy again.");
            target.Flush(flushToDisk: true);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
