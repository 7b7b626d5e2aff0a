using System.Buffers;
using System.Text.Json;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Kv;

/// <summary>Ops of KV namespaces (<c>js/kv/ops.ts</c>). JavaScript names a namespace by its binding's place among the version's
/// bindings: there is nothing that it could guess.</summary>
internal static class KvOps
{
    private const string Get = "GET";
    private const string GetBulk = "GET_BULK";
    private const string Put = "PUT";
    private const string Delete = "DELETE";

    // As they are paid for (https://developers.cloudflare.com/kv/platform/pricing/): each key of a bulk read is a read.
    private const string Reads = "kv.reads";
    private const string Writes = "kv.writes";
    private const string Deletes = "kv.deletes";
    private const string Lists = "kv.lists";

    public static unsafe void Register(OpTable ops)
    {
        ops.Add("kv_get", &GetOne);
        ops.Add("kv_get_many", &GetMany);
        ops.Add("kv_list", &List);
        ops.Add("kv_put", &PutOne);
        ops.Add("kv_delete", &DeleteOne);
    }

    private static void GetOne(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var (store, id) = Namespace(in call);
        var key = Key(in call, Get);
        CheckCacheTtl(call[3], Get);
        var asText = call[2].Boolean;
        invocation.CountServiceOperation(Reads);
        if (!invocation.TrySendAtOnce())
        {
            GetInLine(in call, store, id, key, asText);
            return;
        }

        // A value that is at hand is answered at once, on this thread, without a promise.
        ValueTask<KvEntry?> read;
        try
        {
            read = store.GetAsync(id, key);
        }
        catch (KvException refused)
        {
            invocation.Connections.Leave();
            throw KvErrors.ToJs(Get, refused);
        }

        if (!read.IsCompletedSuccessfully)
        {
            GetOp(asText).StartEntered(in call, read);
            return;
        }

        invocation.Connections.Leave();
        if (read.Result is not { } found) call.ReturnNull();
        else call.Return(Pair(isolate, found, asText));
    }

    private static void GetInLine(in OpCall call, IKvStore store, string id, string key, bool asText) =>
        GetOp(asText).StartInLine(in call, () => store.GetAsync(id, key));

    private static KvOp<KvEntry?> GetOp(bool asText) =>
        new(Get, (isolate, entry) => entry is null ? JsArgument.Null : Pair(isolate, entry, asText));

    private static void GetMany(in OpCall call)
    {
        var invocation = call.State<WorkerIsolate>().RequireInvocation();
        var (store, id) = Namespace(in call);
        var keys = call[1].ToStringArray();
        KvErrors.Check(GetBulk, keys, static keys =>
        {
            KvRules.CheckBulkGet(keys.Length);
            foreach (var key in keys) KvRules.CheckKey(key);
        });
        CheckCacheTtl(call[2], GetBulk);
        invocation.CountServiceOperation(Reads, keys.Length);
        new KvOp<IReadOnlyList<KvEntry?>>(GetBulk, Pairs).StartInLine(in call, () => store.GetManyAsync(id, keys, KvRules.MaxValueBytes));
    }

    private static void List(in OpCall call)
    {
        var invocation = call.State<WorkerIsolate>().RequireInvocation();
        var (store, id) = Namespace(in call);
        var query = new KvListQuery(
            call[1].ToString(),
            call[2].Kind == JsKind.String && call[2].Length > 0 ? call[2].ToString() : null,
            call[3].IsNumber ? call[3].Int32 : KvRules.MaxListKeys);
        KvErrors.Check(Get, query, static query =>
        {
            KvRules.CheckLimit(query.Limit);
            KvRules.CheckKeyLength(query.Prefix);
        });
        invocation.CountServiceOperation(Lists);
        new KvOp<KvPage>(Get, static (isolate, page) => isolate.Engine.NewStringUtf8(ToJson(page).WrittenSpan)).StartInLine(in call, () => store.ListAsync(id, query));
    }

    private static void PutOne(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var (store, id) = Namespace(in call);
        var key = Key(in call, Put);
        var given = (
            Length: call[2].Kind == JsKind.String ? call[2].Utf8Length : call[2].Length,
            Now: isolate.Worker.Runtime.Time.GetUtcNow().ToUnixTimeSeconds(),
            Expiration: Seconds(call[3]),
            Ttl: Seconds(call[4]),
            Metadata: call[5].Kind == JsKind.String ? call[5].ToString() : null);
        var expiration = KvErrors.Check(Put, given, static given =>
        {
            KvRules.CheckValue(given.Length);
            if (given.Metadata is { } metadata) KvRules.CheckMetadata(metadata);
            return KvRules.Expiration(given.Now, given.Expiration, given.Ttl);
        });
        invocation.CountServiceOperation(Writes);
        var value = new byte[given.Length];
        if (call[2].Kind == JsKind.String) _ = call[2].CopyUtf8(value);
        else call[2].Bytes.CopyTo(value);
        KvWrite write = new(key, value, expiration, given.Metadata);
        new KvOp<bool>(Put, static (_, _) => JsArgument.Undefined).Start(in call, () => WriteAsync(store, id, write));
    }

    private static void DeleteOne(in OpCall call)
    {
        var invocation = call.State<WorkerIsolate>().RequireInvocation();
        var (store, id) = Namespace(in call);
        var key = Key(in call, Delete);
        invocation.CountServiceOperation(Deletes);
        new KvOp<bool>(Delete, static (_, _) => JsArgument.Undefined).Start(in call, () => WriteAsync(store, id, new KvWrite(key, Value: null)));
    }

    private static async ValueTask<bool> WriteAsync(IKvStore store, string id, KvWrite write)
    {
        await store.WriteAsync(id, [write]).ConfigureAwait(false);
        return true;
    }

    private static (IKvStore Store, string Id) Namespace(in OpCall call) => (call.State<WorkerIsolate>().Worker.Services.Kv!, call.Binding<KvNamespaceBinding>().NamespaceId);

    // As workerd says it, which is not as KV itself does.
    private static string Key(in OpCall call, string method)
    {
        var key = call[1].ToString();
        switch (key)
        {
            case "":
                throw JsException.Type("Key name cannot be empty.");
            case "." or "..":
                throw JsException.Type($"\"{key}\" is not allowed as a key name.");
            default:
                KvErrors.Check(method, key, KvRules.CheckKeyLength);
                return key;
        }
    }

    private static void CheckCacheTtl(JsValue seconds, string method)
    {
        if (seconds.IsNumber) KvErrors.Check(method, seconds.Int32, KvRules.CheckCacheTtl);
    }

    private static long? Seconds(JsValue value) => value.IsNumber ? value.Int32 : null;

    /// <summary>[value, metadata or null]; the entry is given back.</summary>
    private static JsLocal Pair(WorkerIsolate isolate, KvEntry entry, bool asText)
    {
        using (entry) return isolate.Engine.NewArray([Value(isolate.Engine, entry.Value.Span, asText), Text(isolate.Engine, entry.Metadata)]);
    }

    /// <summary>value or null, metadata or null, value…</summary>
    private static JsArgument Pairs(WorkerIsolate isolate, IReadOnlyList<KvEntry?> entries)
    {
        var items = new JsArgument[entries.Count * 2];
        try
        {
            for (var i = 0; i < entries.Count; i++)
            {
                items[i * 2] = entries[i] is { } entry ? Value(isolate.Engine, entry.Value.Span, asText: true) : JsArgument.Null;
                items[(i * 2) + 1] = Text(isolate.Engine, entries[i]?.Metadata);
            }
        }
        finally
        {
            foreach (var entry in entries) entry?.Dispose();
        }

        return isolate.Engine.NewArray(items);
    }

    private static JsArgument Value(Isolate engine, ReadOnlySpan<byte> value, bool asText)
    {
        if (asText) return engine.NewStringUtf8(value);
        var buffer = engine.NewArrayBuffer(value.Length, out var memory);
        value.CopyTo(memory);
        return buffer;
    }

    private static JsArgument Text(Isolate engine, string? text) => text is null ? JsArgument.Null : engine.NewString(text);

    /// <summary>The result of <c>list()</c>, as JavaScript parses it.</summary>
    private static ArrayBufferWriter<byte> ToJson(KvPage page)
    {
        ArrayBufferWriter<byte> buffer = new(256);
        using Utf8JsonWriter json = new(buffer);
        json.WriteStartObject();
        json.WriteStartArray("keys");
        foreach (var key in page.Keys)
        {
            json.WriteStartObject();
            json.WriteString("name", key.Name);
            if (key.Expiration is { } expiration) json.WriteNumber("expiration", expiration);
            if (key.Metadata is { } metadata)
            {
                json.WritePropertyName("metadata");
                json.WriteRawValue(metadata, skipInputValidation: true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteBoolean("list_complete", page.Cursor is null);
        if (page.Cursor is { } cursor) json.WriteString("cursor", cursor);
        json.WriteNull("cacheStatus");
        json.WriteEndObject();
        json.Flush();
        return buffer;
    }
}
