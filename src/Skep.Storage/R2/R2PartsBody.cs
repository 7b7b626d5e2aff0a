using Skep.Abstractions.Streams;

namespace Skep.Storage.R2;

/// <summary>Content that lies in several files, read one after the other: only one of them is open at a time.</summary>
/// <param name="folder">Where they lie.</param>
/// <param name="pieces">The files, and what is wanted of each.</param>
/// <param name="done">Called once, when they may be removed.</param>
internal sealed class R2PartsBody(R2Folder folder, IReadOnlyList<R2Piece> pieces, Action done) : ForwardOnlyStream
{
    private R2FileBody? _current;
    private int _next;
    private int _ended;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        for (;;)
        {
            if (_current is not null)
            {
                var read = await _current.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                if (read > 0) return read;
                await _current.DisposeAsync().ConfigureAwait(false);
                _current = null;
            }

            if (_next == pieces.Count || _ended != 0)
            {
                End();
                return 0;
            }

            var (blob, offset, length) = pieces[_next++];
            _current = new R2FileBody(folder.Open(blob), offset, length);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _current?.Dispose();
            End();
        }

        base.Dispose(disposing);
    }

    private void End()
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0) done();
    }
}

/// <summary>Bytes of a file.</summary>
internal readonly record struct R2Piece(string Blob, long Offset, long Length);
