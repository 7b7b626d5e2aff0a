using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>Takes content in: short content stays in memory, long content goes to a file as it comes. It is hashed on the way.</summary>
/// <param name="folder">Where files are made.</param>
/// <param name="threads">Who waits for the disk.</param>
/// <param name="inlineBytes">What is no longer stays in memory.</param>
internal sealed class R2Intake(R2Folder folder, CommitThreads threads, int inlineBytes)
{
    private const int Piece = 256 << 10;

    /// <summary>Takes the content to its end.</summary>
    /// <param name="body">The content.</param>
    /// <param name="expected">The checksums that it must have.</param>
    /// <param name="toFile">Also short content goes to a file.</param>
    /// <exception cref="R2Exception">It is too long, or not what was expected.</exception>
    public async ValueTask<R2Content> TakeAsync(R2Body body, R2Checksums expected, bool toFile, CancellationToken cancellation)
    {
        R2Rules.CheckUpload(body.Length ?? body.Bytes.Length);
        using R2Digests digests = new(expected);
        if (body.Content is null)
        {
            digests.Append(body.Bytes.Span);
            if (!toFile && body.Bytes.Length <= inlineBytes) return new R2Content(body.Bytes, null, body.Bytes.Length, digests.Finish());
            using MemorySource memory = new(body.Bytes);
            return await TakeFileAsync(memory, digests, hashed: true, body.Bytes.Length, first: null, 0, cancellation).ConfigureAwait(false);
        }

        var buffer = ArrayPool<byte>.Shared.Rent(Piece);
        try
        {
            var count = await FillAsync(body.Content, buffer, cancellation).ConfigureAwait(false);
            if (toFile || count > inlineBytes) return await TakeFileAsync(body.Content, digests, hashed: false, body.Length, buffer, count, cancellation).ConfigureAwait(false);
            CheckLength(body.Length, count);
            digests.Append(buffer.AsSpan(0, count));
            return new R2Content(buffer.AsSpan(0, count).ToArray(), null, count, digests.Finish());
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private async ValueTask<R2Content> TakeFileAsync(
        Stream source, R2Digests digests, bool hashed, long? length, byte[]? first, int count, CancellationToken cancellation)
    {
        var blob = R2Folder.NewId();
        using var file = folder.Create(blob);
        try
        {
            var size = await WriteAsync(file, source, hashed ? null : digests, first, count, cancellation).ConfigureAwait(false);
            CheckLength(length, size);
            var checksums = digests.Finish();
            await threads.RunAsync(() =>
            {
                RandomAccess.FlushToDisk(file);
                folder.FlushNames();
            }).ConfigureAwait(false);
            return new R2Content(default, blob, size, checksums);
        }
        catch
        {
            folder.Discard(blob);
            throw;
        }
    }

    // While a piece is written, the next one is hashed and read.
    private static async ValueTask<long> WriteAsync(
        SafeFileHandle file, Stream source, R2Digests? digests, byte[]? first, int count, CancellationToken cancellation)
    {
        var (current, next) = (ArrayPool<byte>.Shared.Rent(Piece), ArrayPool<byte>.Shared.Rent(Piece));
        var writing = Task.CompletedTask;
        try
        {
            long size = 0;
            if (first is not null) first.AsSpan(0, count).CopyTo(current);
            else count = await FillAsync(source, current, cancellation).ConfigureAwait(false);
            while (count > 0)
            {
                await writing.ConfigureAwait(false);
                R2Rules.CheckUpload(size + count);
                writing = RandomAccess.WriteAsync(file, current.AsMemory(0, count), size, CancellationToken.None).AsTask();
                digests?.Append(current.AsSpan(0, count));
                size += count;
                (current, next) = (next, current);
                count = await FillAsync(source, current, cancellation).ConfigureAwait(false);
            }

            await writing.ConfigureAwait(false);
            return size;
        }
        finally
        {
            // The disk may still read from the buffer; what it failed at, or what failed before, is on its way up.
            await writing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            ArrayPool<byte>.Shared.Return(current);
            ArrayPool<byte>.Shared.Return(next);
        }
    }

    // Whole pieces, however small those are that come.
    private static async ValueTask<int> FillAsync(Stream source, byte[] buffer, CancellationToken cancellation)
    {
        var count = 0;
        while (count < Piece)
        {
            var read = await ReadAsync(source, buffer.AsMemory(count, Piece - count), cancellation).ConfigureAwait(false);
            if (read == 0) break;
            count += read;
        }

        return count;
    }

    private static async ValueTask<int> ReadAsync(Stream source, Memory<byte> buffer, CancellationToken cancellation)
    {
        try
        {
            return await source.ReadAsync(buffer, cancellation).ConfigureAwait(false);
        }
        catch (Exception failure)
        {
            throw new R2SourceException(failure);
        }
    }

    private static void CheckLength(long? expected, long actual)
    {
        if (expected is { } length && length != actual)
            throw R2Exception.InvalidArgument($"The content has {actual} bytes, but {length} were announced.");
    }

    private sealed class MemorySource(ReadOnlyMemory<byte> bytes) : Skep.Abstractions.Streams.ForwardOnlyStream
    {
        private int _read;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = Math.Min(buffer.Length, bytes.Length - _read);
            bytes.Slice(_read, count).CopyTo(buffer);
            _read += count;
            return new(count);
        }
    }
}
