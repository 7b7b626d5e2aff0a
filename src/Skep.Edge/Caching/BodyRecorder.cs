using System.Buffers;
using Microsoft.Win32.SafeHandles;
using Skep.Abstractions.Streams;

namespace Skep.Edge.Caching;

/// <summary>Reads a body to its end, into memory or, when it is longer, into a file; and lets any number of others read what is there
/// already while it goes on.</summary>
internal sealed class BodyRecorder(CacheOptions options, CacheFolder? folder)
{
    private const int PartSize = CacheFile.BlockSize;

    private readonly Lock _gate = new();
    private readonly ArrayBufferWriter<byte> _memory = new();
    private readonly List<uint> _checksums = [];
    private SafeFileHandle? _handle;
    private string? _path;
    private long _length;
    private int _readers;
    private bool _ended;
    private Exception? _failure;
    private TaskCompletionSource _progress = NewProgress();

    /// <summary>Reads all of it, and closes the stream. Null when it is longer than may be kept: it was read to its end all the same when
    /// nobody else reads it, else it is broken off.</summary>
    /// <exception cref="IOException">The body failed.</exception>
    public async Task<CachedBody?> RecordAsync(Stream source, bool hasReaders, CancellationToken cancellation)
    {
        var part = ArrayPool<byte>.Shared.Rent(PartSize);
        CachedBody? body = null;
        try
        {
            for (var total = 0L; ;)
            {
                // Whole blocks, so that each has its checksum; readers see them when they are filled or the source pauses.
                var filled = 0;
                while (filled < PartSize)
                {
                    var read = await source.ReadAsync(part.AsMemory(filled, PartSize - filled), cancellation).ConfigureAwait(false);
                    if (read == 0) break;
                    total += read;
                    if (total <= options.LongestBody) Append(part.AsSpan(filled, read));
                    else if (hasReaders) throw new IOException($"The response is longer than the {options.LongestBody} bytes that the cache takes, and did not say so.");
                    filled += read;
                }

                if (total <= options.LongestBody && filled > 0) EndBlock(part.AsSpan(0, filled));
                if (filled == PartSize) continue;
                return body = total <= options.LongestBody ? Seal() : null;
            }
        }
        catch (Exception failure)
        {
            Tell(failure);
            throw;
        }
        finally
        {
            if (body is null) Abandon();
            ArrayPool<byte>.Shared.Return(part);
            await source.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A reader of all of it from the beginning; null when it is over and no longer at hand.</summary>
    public Stream? TryOpen(long? length)
    {
        lock (_gate)
        {
            if (_failure is not null || _handle?.IsClosed == true) return null;
            _readers++;
        }

        return new RecordedStream(this, length);
    }

    private static TaskCompletionSource NewProgress() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Append(ReadOnlySpan<byte> bytes)
    {
        TaskCompletionSource waiting;
        lock (_gate)
        {
            if (_handle is null && _length + bytes.Length > options.LongestInMemory)
            {
                if (folder is null) _handle = OpenNameless(options.Folder);
                else (_handle, _path) = folder.Create();
                RandomAccess.Write(_handle, _memory.WrittenSpan, 0);
            }

            if (_handle is null) _memory.Write(bytes);
            else RandomAccess.Write(_handle, bytes, _length);
            _length += bytes.Length;
            (waiting, _progress) = (_progress, NewProgress());
        }

        waiting.SetResult();
    }

    private void EndBlock(ReadOnlySpan<byte> block) => _checksums.Add(Checksum.Of(block));

    private CachedBody Seal()
    {
        lock (_gate)
        {
            _ended = true;
            _progress.SetResult();
            CloseWhenUnused();
            return _handle is null ? new CachedBody(_memory.WrittenSpan.ToArray()) : new CachedBody(new CacheFile(_path, _path is null ? _handle : null, _length, [.. _checksums]));
        }
    }

    private void Tell(Exception failure)
    {
        lock (_gate)
        {
            _failure = failure;
            _ended = true;
            _progress.TrySetResult();
        }
    }

    // Readers of a file that has lost its name hold it open themselves.
    private void Abandon()
    {
        lock (_gate)
        {
            if (!_ended) Tell(new IOException("The cached body is longer than may be kept."));
            if (_path is not null) File.Delete(_path);
            CloseWhenUnused();
        }
    }

    // A file without a name is the cached body's from its end on.
    private void CloseWhenUnused()
    {
        if (_ended && _readers == 0 && (_path is not null || _failure is not null)) _handle?.Dispose();
    }

    // The name goes at once: nobody finds half of a body, and nothing is left behind.
    private static SafeFileHandle OpenNameless(string folder)
    {
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, $"skep-cache-{Guid.NewGuid():N}");
        var file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(path);
        return file;
    }

    /// <summary>Reads behind the recording.</summary>
    private sealed class RecordedStream(BodyRecorder recorder, long? length) : ForwardOnlyStream
    {
        private long _position;
        private bool _closed;

        public override long Length => length ?? throw new NotSupportedException();

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            while (true)
            {
                ObjectDisposedException.ThrowIf(_closed, this);
                Task progress;
                lock (recorder._gate)
                {
                    if (buffer.Length == 0 && (_position < recorder._length || recorder._ended)) return 0;
                    if (_position < recorder._length) return Copy(buffer.Span);
                    if (recorder._failure is { } failure) throw new IOException(failure.Message, failure);
                    if (recorder._ended) return 0;
                    progress = recorder._progress.Task;
                }

                await progress.WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (!_closed)
            {
                _closed = true;
                lock (recorder._gate)
                {
                    recorder._readers--;
                    recorder.CloseWhenUnused();
                }
            }

            base.Dispose(disposing);
        }

        private int Copy(Span<byte> buffer)
        {
            var count = (int)Math.Min(buffer.Length, recorder._length - _position);
            if (recorder._handle is { } handle) count = RandomAccess.Read(handle, buffer[..count], _position);
            else recorder._memory.WrittenSpan.Slice((int)_position, count).CopyTo(buffer);
            _position += count;
            return count;
        }
    }
}
