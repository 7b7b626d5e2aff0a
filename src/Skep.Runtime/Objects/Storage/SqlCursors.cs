using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>The cursors of an isolate that are not at their end.</summary>
internal sealed class SqlCursors : IInvocationResources
{
    private readonly HandleTable<OpenCursor> _open = new();

    public static SqlCursors Of(WorkerIsolate isolate) => isolate.Resources(static _ => new SqlCursors());

    public int Add(OpenCursor cursor) => _open.Add(cursor);

    /// <summary>The cursor of that object with this number; it has none any more.</summary>
    public OpenCursor Take(int number, int owner) =>
        _open.Find(number) is { } found && found.Owner == owner ? _open.Remove(number)! : throw JsException.Type("Illegal invocation");

    /// <inheritdoc/>
    public void CloseFor(Invocation invocation)
    {
        if (_open.Count == 0) return;
        foreach (var (number, cursor) in _open.ToPairs())
        {
            // Its storage, which ends too, frees what it holds.
            if (cursor.Owner == invocation.Id) _open.Remove(number);
        }
    }
}
