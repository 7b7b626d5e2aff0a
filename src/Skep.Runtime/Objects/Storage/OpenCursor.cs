using Skep.Abstractions.Objects;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>A cursor that JavaScript may go on reading.</summary>
/// <param name="cursor">The cursor.</param>
/// <param name="owner">The number of the I/O context of its object.</param>
internal sealed class OpenCursor(IObjectCursor cursor, int owner)
{
    private long _readCounted;
    private long _writtenCounted;

    public IObjectCursor Cursor => cursor;

    public int Owner => owner;

    /// <summary>Room for a batch.</summary>
    public List<JsArgument> Items { get; } = [];

    /// <summary>Counts what it read and wrote since the last time.</summary>
    public void Meter(WorkerIsolate isolate)
    {
        if (isolate.Worker.Meter is not { } meter) return;
        var (read, written) = (cursor.RowsRead, cursor.RowsWritten);
        if (read > _readCounted) meter.Counter(Counters.RowsRead).Add(read - _readCounted);
        if (written > _writtenCounted) meter.Counter(Counters.RowsWritten).Add(written - _writtenCounted);
        (_readCounted, _writtenCounted) = (read, written);
    }
}
