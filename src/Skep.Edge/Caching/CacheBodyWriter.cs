using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>Reads a body to its end, into memory or, when it is longer, into a file.</summary>
internal sealed class CacheBodyWriter(CacheOptions options)
{
    private const int PartSize = 64 << 10;

    /// <summary>The body; null when it is longer than may be kept (it was read all the same).</summary>
    public async ValueTask<CachedBody?> WriteAsync(CacheCandidate response, CancellationToken cancellation)
    {
        if (response.BodyStream is not { } stream) return await FromBytesAsync(response.BodyBytes).ConfigureAwait(false);
        var part = ArrayPool<byte>.Shared.Rent(PartSize);
        ArrayBufferWriter<byte> memory = new();
        SafeFileHandle? file = null;
        var length = 0L;
        var done = false;
        try
        {
            for (;;)
            {
                var read = await stream.ReadAsync(part.AsMemory(0, PartSize), cancellation).ConfigureAwait(false);
                if (read == 0) break;
                length += read;
                if (length > options.LongestBody) continue;
                if (file is null && length <= options.LongestInMemory)
                {
                    memory.Write(part.AsSpan(0, read));
                    continue;
                }

                if (file is null)
                {
                    file = OpenFile(options.Folder);
                    await RandomAccess.WriteAsync(file, memory.WrittenMemory, 0, cancellation).ConfigureAwait(false);
                }

                await RandomAccess.WriteAsync(file, part.AsMemory(0, read), length - read, cancellation).ConfigureAwait(false);
            }

            done = length <= options.LongestBody;
            return !done ? null : file is null ? new CachedBody(memory.WrittenSpan.ToArray()) : new CachedBody(file, length);
        }
        finally
        {
            if (!done) file?.Dispose();
            ArrayPool<byte>.Shared.Return(part);
            await stream.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async ValueTask<CachedBody?> FromBytesAsync(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length <= options.LongestInMemory) return new CachedBody(bytes);
        if (bytes.Length > options.LongestBody) return null;
        var file = OpenFile(options.Folder);
        try
        {
            await RandomAccess.WriteAsync(file, bytes, 0).ConfigureAwait(false);
            return new CachedBody(file, bytes.Length);
        }
        catch (IOException)
        {
            file.Dispose();
            throw;
        }
    }

    // The name goes at once: nobody finds half of a body, and nothing is left behind.
    private static SafeFileHandle OpenFile(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"skep-cache-{Guid.NewGuid():N}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.Asynchronous);
        File.Delete(path);
        return file;
    }
}
