namespace Skep.V8.Tests;

/// <summary>Promises that the host settles, microtasks, and rejections that nobody handles.</summary>
public sealed class PromiseTests : IDisposable
{
    private readonly Isolate isolate = Script.NewIsolate();

    public void Dispose()
    {
        TestOps.Promises.TryRemove(isolate, out _);
        isolate.Dispose();
    }

    [Fact]
    public void Are_settled_in_a_later_entry()
    {
        isolate.Eval("globalThis.got = 'nothing'; ops.pending().then((v) => { got = v })");
        Assert.Equal("nothing", isolate.Eval("got"));
        Settle(reject: false);
        Assert.Equal("value", isolate.Eval("got"));
    }

    [Fact]
    public void Are_rejected_in_a_later_entry()
    {
        isolate.Eval("globalThis.got = 'nothing'; ops.pending().catch((v) => { got = 'caught ' + v })");
        Settle(reject: true);
        Assert.Equal("caught value", isolate.Eval("got"));
    }

    [Fact]
    public void Have_a_state()
    {
        isolate.Enter(0);
        try
        {
            Assert.Null(State("new Promise(() => {})", out _));
            Assert.True(State("Promise.resolve(5)", out _));
            Assert.False(State("const p = Promise.reject(new Error('x')); p.catch(() => {}); p", out var reason));
            Assert.Equal("Error: x", isolate.DescribeError(reason).Message);
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public void Run_their_reactions_when_the_script_has_ended() =>
        Assert.Equal("sync", isolate.Eval("globalThis.order = []; Promise.resolve().then(() => order.push('micro')); order.push('sync'); order.join()"));

    [Fact]
    public void Rejected_without_a_handler_are_reported_once()
    {
        isolate.Enter(0);
        try
        {
            isolate.EvalInside("Promise.reject(new TypeError('first')); globalThis.late = Promise.reject(new Error('second')); Promise.reject(new Error('handled')).catch(() => {})");
            List<string> messages = [];
            while (isolate.TakeRejection(out var promise, out var reason, out var handled))
            {
                Assert.True(promise.Exists);
                Assert.False(handled);
                messages.Add(isolate.DescribeError(reason).Message);
            }

            Assert.Equal(["TypeError: first", "Error: second"], messages);
            isolate.EvalInside("late.catch(() => {})");
            Assert.True(isolate.TakeRejection(out _, out var later, out var late));
            Assert.True(late);
            Assert.Equal("Error: second", isolate.DescribeError(later).Message);
            Assert.False(isolate.TakeRejection(out _, out _, out _));
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public void A_flood_of_rejections_that_get_handlers_later_stays_cheap()
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Assert.Equal("done", isolate.Eval(
            "const all = []; for (let i = 0; i < 200000; i++) all.push(Promise.reject(i)); for (const p of all.reverse()) p.catch(() => {}); 'done'"));
        TestContext.Current.TestOutputHelper?.WriteLine($"200,000 rejections handled in {watch.ElapsedMilliseconds} ms");
        isolate.Enter(0);
        Assert.False(isolate.TakeRejection(out _, out _, out _));
        isolate.Exit();
    }

    [Fact]
    public void Continuation_data_follows_them()
    {
        isolate.Eval("globalThis.seen = []; globalThis.look = () => seen.push(ops.async_context_get())");
        isolate.Eval("ops.async_context_set('a'); Promise.resolve().then(look); const p = ops.pending(); p.then(look); (async () => { await p; look() })(); ops.async_context_set('b'); Promise.resolve().then(look); ops.async_context_set(undefined)");
        Settle(reject: false);
        Assert.Equal("a,b,a,a", isolate.Eval("seen.join()"));
    }

    private bool? State(string script, out JsLocal value)
    {
        JsResult result = default;
        isolate.RunScript(System.Text.Encoding.UTF8.GetBytes($"{{ {script} }}"), "test.js", ref result);
        return isolate.PromiseState(result.Value.Local, out value);
    }

    private void Settle(bool reject)
    {
        isolate.Enter(0);
        try
        {
            foreach (var handle in TestOps.Promises[isolate]) isolate.Settle(handle, isolate.NewString("value"), reject);
            JsResult result = default;
            isolate.RunMicrotasks(ref result);
            Assert.Equal(JsStatus.Ok, result.Status);
        }
        finally
        {
            isolate.Exit();
        }
    }
}
