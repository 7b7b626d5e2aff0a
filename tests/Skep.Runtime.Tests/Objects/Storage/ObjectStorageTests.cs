namespace Skep.Runtime.Tests.Objects.Storage;

/// <summary><c>ctx.storage</c> as a worker uses it: keys, values, transactions, alarms.</summary>
public sealed class ObjectStorageTests
{
    [Fact]
    public async Task Values_are_structured_clones()
    {
        await using var world = await StorageWorld.StartAsync("""
            async test(storage) {
              const date = new Date(5);
              await storage.put("a", { date, set: new Set([1]), big: 12n, bytes: new Uint8Array([1, 2]), missing: undefined });
              const read = await storage.get("a");
              class Plain { x = 1 }
              await storage.put("b", new Plain());
              return [read.date.getTime(), [...read.set], String(read.big), [...read.bytes], "missing" in read, await storage.get("b"), await storage.get("none") === undefined,
                await rejected(storage.put("f", () => 1)), await rejected(storage.put("r", new Response())), await rejected(storage.put("u", undefined)), await storage.get("r") === undefined];
            }
            """);
        Assert.Equal(
            """[5,[1],"12",[1,2],true,{"x":1},true,"DOMException: () => 1 could not be cloned.","DOMException: Could not serialize object of type \"Response\". This type does not support serialization.","TypeError: put() called with undefined value.",true]""",
            await world.CallAsync("test"));
    }

    [Fact]
    public async Task Many_keys_go_in_one_call()
    {
        await using var world = await StorageWorld.StartAsync("""
            async test(storage) {
              await storage.put({ b: 2, a: 1, c: undefined, "ä": 3 });
              const many = Object.fromEntries(Array.from({ length: 129 }, (_, i) => [`k${i}`, i]));
              return [
                [...await storage.get(["b", "a", "none", "c", "ä", "a"])],
                await storage.delete(["a", "none"]), await storage.delete("b"), await storage.delete("b"), [...await storage.list()],
                await rejected(storage.get(Object.keys(many))), await rejected(storage.put(many)), await rejected(storage.delete(Object.keys(many))),
                await rejected(storage.put({ ok: 1, bad: () => 1 })), await storage.get("ok") === undefined,
                await rejected(storage.put({ a: 1 }, 5)),
              ];
            }
            """);
        Assert.Equal(
            """[[["a",1],["b",2],["ä",3]],1,true,false,[["ä",3]],"RangeError: Maximum number of keys is 128.","RangeError: Maximum number of keys is 128.","RangeError: Maximum number of keys is 128.","DOMException: () => 1 could not be cloned.",true,"TypeError: put() may only be called with a single key-value pair and optional options as put(key, value, options) or with multiple key-value pairs and optional options as put(entries, options)"]""",
            await world.CallAsync("test"));
    }

    [Fact]
    public async Task Lists_have_bounds_prefix_direction_and_limit()
    {
        await using var world = await StorageWorld.StartAsync("""
            async test(storage) {
              for (const key of ["a", "a1", "a2", "b", "b1", "c"]) await storage.put(key, 0);
              const keys = async (options) => [...(await storage.list(options)).keys()].join();
              return [await keys(), await keys({ start: "a2" }), await keys({ startAfter: "a2" }), await keys({ end: "b" }), await keys({ prefix: "a" }), await keys({ prefix: "a", start: "a1", end: "a2" }),
                await keys({ prefix: "b", start: "c" }), await keys({ prefix: "b", end: "b" }), await keys({ reverse: true, limit: 2 }), await keys({ prefix: "a", reverse: true }), await keys({ start: "b", end: "a" }), await keys({ end: "" }),
                await rejected(storage.list({ limit: 0 })), await rejected(storage.list({ start: "a", startAfter: "b" }))];
            }
            """);
        Assert.Equal(
            """["a,a1,a2,b,b1,c","a2,b,b1,c","b,b1,c","a,a1,a2","a,a1,a2","a1","","","c,b1","a2,a1,a","","","TypeError: List limit must be positive.","TypeError: list() cannot be called with both start and startAfter values."]""",
            await world.CallAsync("test"));
    }

    [Fact]
    public async Task A_transaction_is_undone_by_what_it_throws_or_says()
    {
        await using var world = await StorageWorld.StartAsync("""
            async test(storage) {
              await storage.put("n", 1);
              const result = await storage.transaction(async (txn) => { await txn.put("n", 2); await scheduler.wait(1); await txn.put("m", 1); return "done"; });
              const error = await rejected(storage.transaction(async (txn) => { await txn.put("n", 3); throw new Error("no"); }));
              await storage.transaction(async (txn) => { await txn.put("n", 4); txn.rollback(); txn.rollback(); });
              let outside;
              await storage.transaction(async (txn) => { outside = txn; await storage.transaction(async (inner) => { await inner.put("i", 1); }); });
              return [result, error, await storage.get("n"), await storage.get("m"), await storage.get("i"), await rejected(outside.get("n")),
                await rejected(storage.transaction((txn) => { txn.rollback(); return txn.put("x", 1); })), thrown(() => outside.deleteAll())];
            }
            """);
        Assert.Equal(
            """["done","Error: no",2,1,1,"Error: Cannot call get() on transaction that has already committed: did you move `txn` outside of the closure?","Error: Cannot put() on rolled back transaction","Error: Cannot call deleteAll() within a transaction"]""",
            await world.CallAsync("test"));
    }

    [Fact]
    public async Task A_synchronous_transaction_is_undone_by_what_it_throws()
    {
        await using var world = await StorageWorld.StartAsync("""
            async test(storage) {
              const { sql } = storage;
              sql.exec("CREATE TABLE t (a)");
              const result = storage.transactionSync(() => { sql.exec("INSERT INTO t VALUES (1)"); storage.transactionSync(() => sql.exec("INSERT INTO t VALUES (2)")); return 7; });
              const error = thrown(() => storage.transactionSync(() => { sql.exec("INSERT INTO t VALUES (3)"); throw new TypeError("no"); }));
              return [result, error, sql.exec("SELECT a FROM t").toArray()];
            }
            """);
        Assert.Equal("""[7,"TypeError: no",[{"a":1},{"a":2}]]""", await world.CallAsync("test"));
    }

    [Fact]
    public async Task What_an_object_stored_is_there_after_it_was_reset()
    {
        await using var world = await StorageWorld.StartAsync("""
            async write(storage) { await storage.put("a", 1); storage.sql.exec("CREATE TABLE t (a); INSERT INTO t VALUES (5)"); await storage.sync(); setTimeout(() => this.ctx.abort("gone"), 0); }
            async read(storage) { return [await storage.get("a"), storage.sql.exec("SELECT a FROM t").one()]; }
            """);
        Assert.Equal("null", await world.CallAsync("write"));
        string read;
        do read = await world.CallAsync("read");
        while (read.Contains("gone", StringComparison.Ordinal));
        Assert.Equal("""[1,{"a":5}]""", read);
    }

    [Fact]
    public async Task An_alarm_needs_a_handler_and_a_time()
    {
        await using var world = await StorageWorld.StartAsync("""
            async test(storage) {
              const before = await storage.getAlarm();
              const bad = [await rejected(storage.setAlarm(0)), await rejected(storage.setAlarm("x"))];
              await storage.setAlarm(new Date(Date.now() + 1e9));
              const set = await storage.getAlarm() > Date.now();
              await storage.deleteAll();
              const kept = await storage.getAlarm();
              await storage.setAlarm(5);
              const past = Math.abs(await storage.getAlarm() - Date.now()) < 1000;
              await storage.deleteAlarm();
              return [before, ...bad, set, kept, past, await storage.getAlarm()];
            }
            alarm() {}
            """);
        Assert.Equal(
            """[null,"TypeError: setAlarm() cannot be called with an alarm time <= 0","TypeError: setAlarm(): The value cannot be converted because it is not a valid date.",true,null,true,null]""",
            await world.CallAsync("test"));
    }

    [Fact]
    public async Task Keys_and_values_have_a_synchronous_interface()
    {
        await using var world = await StorageWorld.StartAsync("""
            test({ kv }) {
              kv.put("a", { x: 1 });
              kv.put("b", 2);
              return [kv.get("a"), kv.get("none") === undefined, kv.delete("b"), kv.delete("b"), [...kv.list()], [...kv.list({ prefix: "z" })]];
            }
            """);
        Assert.Equal("""[{"x":1},true,true,false,[["a",{"x":1}]],[]]""", await world.CallAsync("test"));
    }

    [Fact]
    public async Task A_class_without_sql_says_how_to_get_it()
    {
        await using var world = await StorageWorld.StartAsync("""
            async test(storage) {
              await storage.put("a", 1);
              return [await storage.get("a"), thrown(() => storage.sql.exec("SELECT 1")).slice(0, 61), thrown(() => storage.kv.get("a")).slice(0, 50), thrown(() => storage.transactionSync(() => 1)), await rejected(storage.put("b", "x".repeat(140_000))), await rejected(storage.put("x".repeat(3000), 1))];
            }
            """, sqlite: false);
        Assert.Equal(
            """[1,"Error: This Durable Object is not backed by SQLite storage, s","Error: The storage.kv (synchronous KV) API is only","Error: Durable Object is not backed by SQL.","RangeError: Values cannot be larger than 131072 bytes.","RangeError: Keys cannot be larger than 2048 bytes."]""",
            await world.CallAsync("test"));
    }
}
