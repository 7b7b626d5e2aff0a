using System.Text;
using Skep.Abstractions.D1;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.D1;

/// <summary>The op of D1 databases (<c>js/d1/ops.ts</c>). JavaScript names a database by its binding's place among the version's bindings.</summary>
internal static class D1Ops
{
    // Of a call's SQL and parameters together.
    private const int MaxQueryBytes = 32 << 20;

    public static unsafe void Register(OpTable ops) => ops.Add("d1_query", &Query);

    private static void Query(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var (store, id) = Database(in call);
        invocation.CountServiceOperation();
        D1QueryWriter queries = new((D1Shape)call[1].Int32, call[2].Boolean ? D1Flags.Bookmark : D1Flags.None);
        D1Op op = new(queries);
        try
        {
            call[3].ReadItems(queries, Write);
        }
        catch
        {
            queries.Dispose();
            throw;
        }

        if (!invocation.TrySendAtOnce())
        {
            op.StartInLine(in call, () => store.QueryAsync(id, queries.Written));
            return;
        }

        // A result that is at hand is answered at once, on this thread, without a promise.
        ValueTask<D1Answer> answer;
        try
        {
            answer = store.QueryAsync(id, queries.Written);
        }
        catch (D1Exception failed)
        {
            invocation.Connections.Leave();
            using (queries) throw D1Errors.ToJs(queries.Written.Span, failed);
        }

        if (!answer.IsCompletedSuccessfully)
        {
            op.StartEntered(in call, answer);
            return;
        }

        invocation.Connections.Leave();
        queries.Dispose();
        call.Return(Result(isolate, answer.Result));
    }

    /// <summary>The JSON, or an array of it and the bookmark; the answer is given back.</summary>
    internal static JsLocal Result(WorkerIsolate isolate, D1Answer answer)
    {
        using (answer)
        {
            if (isolate.Worker.Meter is { } meter)
            {
                if (answer.RowsRead > 0) meter.Counter("d1.reads").Add(answer.RowsRead);
                if (answer.RowsWritten > 0) meter.Counter("d1.writes").Add(answer.RowsWritten);
            }

            var text = answer.Json.Span;
            // Most of JSON is ASCII, which need not be decoded.
            var json = Ascii.IsValid(text) ? isolate.Engine.NewStringLatin1(text) : isolate.Engine.NewStringUtf8(text);
            return answer.Bookmark is { } bookmark ? isolate.Engine.NewArray([json, isolate.Engine.NewString(bookmark)]) : json;
        }
    }

    private static (ID1Store Store, string Id) Database(in OpCall call) => (call.State<WorkerIsolate>().Worker.Services.D1!, call.Binding<D1DatabaseBinding>().DatabaseId);

    // SQL, the number of its parameters, these, SQL, …
    private static void Write(JsArray items, D1QueryWriter queries)
    {
        for (var at = 0; at < items.Count;)
        {
            var sql = items[at];
            var parameters = Math.Min(items[at + 1].Int32, items.Count - at - 2);
            queries.EndQuery(sql.CopyUtf8(queries.Begin(MostUtf8(sql))), parameters);
            at += 2;
            for (var end = at + parameters; at < end; at++) Write(items[at], queries);
            if (queries.Written.Length > MaxQueryBytes)
                throw JsException.Plain($"D1_ERROR: The queries have more than {MaxQueryBytes >> 20} MiB with their parameters: send them in several calls.");
        }
    }

    private static void Write(JsValue value, D1QueryWriter queries)
    {
        switch (value.Kind)
        {
            case JsKind.Int32 or JsKind.Double:
                queries.Number(value.Number);
                break;
            case JsKind.String:
                queries.EndText(value.CopyUtf8(queries.BeginText(MostUtf8(value))));
                break;
            case JsKind.Bytes:
                queries.Blob(value.Bytes);
                break;
            default:
                queries.Null();
                break;
        }
    }

    // Counting is dear for what is short, and room for what is long.
    private static int MostUtf8(JsValue text) => text.Length < 1024 ? text.Length * 3 : checked((int)text.Utf8Length);
}
