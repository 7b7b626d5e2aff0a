using Skep.Abstractions.Objects;
using Skep.Runtime.Isolates;
using Skep.Runtime.Limits;
using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>Ops of <c>ctx.storage.sql</c>. Rows cross in batches.</summary>
internal static class SqlOps
{
    private const int RowsAtOnce = 128;
    private const int BytesAtOnce = 64 << 10;
    private const int MostBindings = 128;

    public static unsafe void Register(OpTable ops)
    {
        ops.Add("sql_exec", &Execute);
        ops.Add("sql_next", &Next);
        ops.Add("sql_close", &Close);
        ops.Add("sql_size", &Size);
    }

    private static void Execute(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        IObjectCursor? cursor = null;
        try
        {
            var sql = StorageOps.Of(in call).Sql;
            sql.StopRequested ??= static () => ExecutionSlot.Current.IsOver;
            cursor = sql.Prepare(call[1].ToString());
            Bind(cursor, call[2]);
            var open = new OpenCursor(cursor, call[0].Int32);
            Return(in call, isolate, open, ColumnNames(isolate, cursor));
            cursor = null;
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
        finally
        {
            cursor?.Dispose();
        }
    }

    private static void Next(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        _ = StorageOps.Of(in call);
        var cursors = SqlCursors.Of(isolate);
        var open = cursors.Take(call[1].Int32, call[0].Int32);
        try
        {
            Return(in call, isolate, open, JsArgument.Null);
        }
        catch (ObjectStorageException failure)
        {
            open.Cursor.Dispose();
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void Close(in OpCall call)
    {
        _ = StorageOps.Of(in call);
        SqlCursors.Of(call.State<WorkerIsolate>()).Take(call[1].Int32, call[0].Int32).Cursor.Dispose();
    }

    private static void Size(in OpCall call)
    {
        try
        {
            var storage = StorageOps.Of(in call);
            // Says why there is none when there is none.
            if (!storage.Sqlite) storage.Sql.Prepare("").Dispose();
            call.Return((double)storage.DatabaseSize);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void Bind(IObjectCursor cursor, JsValue bindings)
    {
        Span<JsArray.Buffer> buffers = stackalloc JsArray.Buffer[MostBindings / JsArray.Few];
        var given = bindings.Length;
        if (given != cursor.ParameterCount) throw JsException.Plain("Wrong number of parameter bindings for SQL query.");
        var values = bindings.Read(buffers);
        for (var i = 0; i < given; i++)
        {
            var value = values[i];
            switch (value.Kind)
            {
                case JsKind.Int32 or JsKind.Double:
                    cursor.Bind(i + 1, value.Number);
                    break;
                case JsKind.String:
                    using (var text = new Utf8Key(value)) cursor.BindText(i + 1, text.Bytes);
                    break;
                case JsKind.Bytes:
                    cursor.BindBlob(i + 1, value.Bytes);
                    break;
                default:
                    cursor.BindNull(i + 1);
                    break;
            }
        }
    }

    private static JsArgument ColumnNames(WorkerIsolate isolate, IObjectCursor cursor)
    {
        List<string> names = new(cursor.ColumnCount);
        for (var i = 0; i < cursor.ColumnCount; i++) names.Add(cursor.ColumnName(i));
        return isolate.Engine.NewStringArray(names);
    }

    // The cursor's number, columns, rows read, rows written; then the rows.
    private static void Return(in OpCall call, WorkerIsolate isolate, OpenCursor open, JsArgument columns)
    {
        var (cursor, engine) = (open.Cursor, isolate.Engine);
        var items = open.Items;
        items.Clear();
        items.AddRange([0, columns, 0, 0]);
        var bytes = 0;
        var more = true;
        for (var rows = 0; rows < RowsAtOnce && bytes < BytesAtOnce && (more = cursor.Step()); rows++)
        {
            for (var column = 0; column < cursor.ColumnCount; column++) items.Add(Value(engine, cursor, column, ref bytes));
            items.Add((double)cursor.RowsRead);
        }

        items[2] = (double)cursor.RowsRead;
        items[3] = (double)cursor.RowsWritten;
        open.Meter(isolate);
        if (more) items[0] = SqlCursors.Of(isolate).Add(open);
        else cursor.Dispose();
        call.Return(engine.NewArray(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items)));
        items.Clear();
    }

    private static JsArgument Value(Isolate engine, IObjectCursor cursor, int column, ref int bytes)
    {
        switch (cursor.Type(column))
        {
            case SqlType.Integer or SqlType.Real:
                bytes += sizeof(double);
                return cursor.Number(column);
            case SqlType.Text:
                var text = cursor.Bytes(column);
                bytes += text.Length;
                return engine.NewStringUtf8(text);
            case SqlType.Blob:
                var blob = cursor.Bytes(column);
                bytes += blob.Length;
                var buffer = engine.NewArrayBuffer(blob.Length, out var memory);
                blob.CopyTo(memory);
                return buffer;
            default:
                return JsArgument.Null;
        }
    }
}
