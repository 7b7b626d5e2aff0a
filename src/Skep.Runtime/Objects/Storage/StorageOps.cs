using System.Text;
using Skep.Abstractions.Objects;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>Ops of <c>ctx.storage</c> (<c>js/durable-objects/storage/ops.ts</c>). JavaScript names an object by the number of its I/O context, which is
/// good for code of that object only.</summary>
internal static class StorageOps
{
    private const string NoSyncKv =
        "The storage.kv (synchronous KV) API is only available for SQLite-backed Durable Objects, but this object's namespace is not declared to use "
        + "SQLite. You can use the older, asyncronous interface via methods of `storage` itself (e.g. `storage.get()`). SQLite can be enabled on a new "
        + "Durable Object class by using the `new_sqlite_classes` instead of `new_classes` under `migrations` in your wrangler.jsonc or wrangler.toml, "
        + "but an already-deployed class cannot be converted to SQLite (except by deleting the existing data).";

    public static unsafe void Register(OpTable ops)
    {
        ops.Add("storage_get", &Get);
        ops.Add("storage_get_many", &GetMany);
        ops.Add("storage_put", &Put);
        ops.Add("storage_delete", &Delete);
        ops.Add("storage_list", &List);
        ops.Add("storage_delete_all", &DeleteAll);
        ops.Add("storage_alarm", &Alarm);
        ops.Add("storage_set_alarm", &SetAlarm);
        ops.Add("storage_begin", &Begin);
        ops.Add("storage_end", &End);
        ops.Add("storage_sync", &Sync);
        ops.Add("storage_bookmark", &Bookmark);
        ops.Add("storage_bookmark_at", &BookmarkAt);
        ops.Add("storage_restore", &Restore);
        ops.Add("storage_require_sql", &RequireSql);
        SqlOps.Register(ops);
    }

    /// <summary>The storage that an op is called for.</summary>
    public static IObjectStorage Of(in OpCall call) => call.State<WorkerIsolate>().StorageOf(call[0].Int32);

    /// <summary>Counts an operation of a kind.</summary>
    public static void Count(in OpCall call, string counter, long count = 1)
    {
        if (count > 0) call.State<WorkerIsolate>().Worker.Meter?.Counter(counter).Add(count);
    }

    private static void Get(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            Count(in call, Counters.RowsRead);
            using var key = new Utf8Key(call[1]);
            if (storage.TryGet(key.Bytes, out var value)) call.ReturnBytes(value);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void GetMany(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            var keys = call[1].ToStringArray().Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes).ToArray();
            Array.Sort(keys, static (one, other) => one.AsSpan().SequenceCompareTo(other));
            Count(in call, Counters.RowsRead, keys.Length);
            Pairs pairs = new(call.Isolate);
            foreach (var key in keys)
            {
                if (storage.TryGet(key, out var value)) pairs.Add(key, value);
            }

            call.Return(pairs.ToArray());
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void Put(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            using var key = new Utf8Key(call[1]);
            storage.AllowUnconfirmed = call[3].Boolean;
            storage.Put(key.Bytes, call[2].Bytes);
            Count(in call, Counters.RowsWritten);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
        finally
        {
            Confirm(in call);
        }
    }

    private static void Delete(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            using var key = new Utf8Key(call[1]);
            storage.AllowUnconfirmed = call[2].Boolean;
            call.Return(storage.Delete(key.Bytes));
            Count(in call, Counters.RowsWritten);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
        finally
        {
            Confirm(in call);
        }
    }

    private static void List(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            var range = KeyRange.Of(call[1], call[2], call[3], call[4]);
            Pairs pairs = new(call.Isolate);
            if (!range.IsEmpty)
            {
                storage.List(range.Start, range.End, call[5].Boolean, (long)call[6].Number, static (ref Pairs pairs, ReadOnlySpan<byte> key, ReadOnlySpan<byte> value) =>
                {
                    pairs.Add(key, value);
                    return true;
                }, ref pairs);
            }

            Count(in call, Counters.RowsRead, Math.Max(1, pairs.Count));
            call.Return(pairs.ToArray());
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void DeleteAll(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            storage.AllowUnconfirmed = call[2].Boolean;
            storage.DeleteAll(alarm: call[1].Boolean);
            call.State<WorkerIsolate>().RequireInvocation().OnStorageCleared();
            Count(in call, Counters.RowsWritten);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
        finally
        {
            Confirm(in call);
        }
    }

    private static void Alarm(in OpCall call)
    {
        try
        {
            if (Of(in call).Alarm is { } due) call.Return((double)due.ToUnixTimeMilliseconds());
            else call.ReturnNull();
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void SetAlarm(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            storage.AllowUnconfirmed = call[2].Boolean;
            storage.Alarm = call[1].IsNumber ? Time(call[1].Number) : null;
            Count(in call, Counters.RowsWritten);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
        finally
        {
            Confirm(in call);
        }
    }

    private static void Begin(in OpCall call)
    {
        try
        {
            var storage = Of(in call);
            if (call[1].Boolean && !storage.Sqlite) throw JsException.Plain("Durable Object is not backed by SQL.");
            call.Return(storage.Begin().Depth);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void End(in OpCall call)
    {
        try
        {
            Of(in call).End(new ObjectTransaction(call[1].Int32), keep: call[2].Boolean);
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void Sync(in OpCall call)
    {
        var durable = Of(in call).WhenDurableAsync();
        if (durable.IsCompletedSuccessfully) return;
        new TaskOp<bool>(static (_, _) => JsArgument.Undefined).Start(in call, WaitAsync(durable));
    }

    private static async Task<bool> WaitAsync(Task durable)
    {
        try
        {
            await durable.ConfigureAwait(false);
            return true;
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void Bookmark(in OpCall call)
    {
        try
        {
            call.Return(Of(in call).CurrentBookmark());
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void BookmarkAt(in OpCall call)
    {
        try
        {
            call.Return(Of(in call).BookmarkAt(Time(call[1].Number)));
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void Restore(in OpCall call)
    {
        try
        {
            call.Return(Of(in call).RestoreAtNextOpen(call[1].ToString()));
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void RequireSql(in OpCall call)
    {
        if (!Of(in call).Sqlite) throw JsException.Plain(NoSyncKv);
    }

    // The next write is confirmed again, whatever became of this one.
    private static void Confirm(in OpCall call) => Of(in call).AllowUnconfirmed = false;

    private static DateTimeOffset Time(double milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds((long)Math.Clamp(milliseconds, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}
