using System.IO.Pipelines;
using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;
using Skep.Supervision.Peers;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Supervision.Peers;

/// <summary>Calls that another worker process answers.</summary>
public sealed class PeerRpcTests : IDisposable
{
    private readonly PeerPair _pair = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _pair.Dispose();

    [Fact]
    public async Task A_session_and_its_call_arrive_as_they_were_made()
    {
        string? seen = null;
        _pair.Worker = new ScriptedWorker(session =>
        {
            seen = $"{session.Entrypoint} {session.Object!.Id} {session.Depth} {session.Props!.Json} {session.Props.Serialized.Length} {string.Join('.', session.Call.Path)}({TestCall.Text(session.Call.Arguments!)})";
            session.Call.Begin(new TestCapability(_ => { }));
            session.Call.Return(TestCall.Message("three"));
            session.Complete(FetchEvents.Ok);
        });
        TestCall call = new("a.add", TestCall.Message("1, 2"));
        TestSession session = new(call);

        _pair.Send(session);

        Assert.Equal("three", TestCall.Text(await call.Result));
        Assert.Equal("Counter id 3 {} 2 a.add(1, 2)", seen);
        Assert.Equal(FetchEvents.Ok, await session.Completed);
    }

    [Fact]
    public async Task A_session_keeps_its_callers_terms()
    {
        InvocationTerms? seen = null;
        _pair.Worker = new ScriptedWorker(session =>
        {
            seen = session.Terms;
            session.Call.Begin(new TestCapability(_ => { }));
            session.Call.Return(TestCall.Message("done"));
            session.Complete(FetchEvents.Ok);
        });
        InvocationTerms terms = new() { Subrequests = 3, OutboundService = "egress", OutboundEnvironment = new byte[] { 1, 2 } };
        TestCall call = new("a", TestCall.Message(""));

        _pair.Send(new TestSession(call) { CallerTerms = terms });

        await call.Result;
        Assert.Equal(terms.ToBytes(), seen!.ToBytes());
    }

    [Fact]
    public async Task Stubs_arrive_as_what_they_lead_to()
    {
        RpcService[] given =
        [
            new("api"), new("api", "Named", "{\"a\":1}"), new("shop", "Tool", null, new byte[] { 255, 15 }),
            new(null, Object: new ObjectAddress("namespace", "id", "name")), new(null, Object: new ObjectAddress("namespace", "other", null)),
        ];
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(new TestCapability(_ => { }));
            session.Call.Return(session.Call.Arguments!);
            session.Complete(FetchEvents.Ok);
        });

        var returned = await Call("echo", [.. given.Select(each => new RpcAttachment(null, Service: each))]).Result;

        Assert.Equal(given.Select(each => each.Key), returned.Attachments.Select(each => each.Service!.Key));
        Assert.Equal(["name", null], returned.Attachments.Skip(3).Select(each => each.Service!.Object!.Name));
    }

    [Fact]
    public async Task What_was_thrown_and_why_there_is_no_result_arrive()
    {
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(new TestCapability(_ => { }));
            if (session.Call.Path[0] == "throw") session.Call.Throw(TestCall.Message("no"));
            else session.Call.Fail(new WorkerError(WorkerErrorCode.Exception, "stopped") { IsObjectReset = true });
        });

        Assert.Equal("no", (await Assert.ThrowsAsync<CallException>(() => Call("throw").Result)).Message);
        Assert.True((await Assert.ThrowsAsync<CallException>(() => Call("fail").Result)).Error!.IsObjectReset);
    }

    [Fact]
    public async Task Calls_on_a_result_that_is_not_there_yet_arrive_in_order()
    {
        List<string> order = [];
        TestCapability result = Recording(order, "result.");
        TaskCompletionSource<RpcCall> first = new();
        _pair.Worker = new ScriptedWorker(session => first.SetResult(session.Call));
        var call = Call("open");
        var ahead = await call.Begun;

        TestCall early = new("early");
        TestCall deep = new("deep");
        ahead.Call(early);
        (await early.Begun).Call(deep);
        for (var i = 0; i < 50; i++) ahead.Call(new TestCall($"n{i}"));
        TestCall last = new("last");
        ahead.Call(last);
        (await first.Task).Begin(result);

        await last.Result;
        Assert.Equal("deep", TestCall.Text(await deep.Result));
        Assert.Equal(["result.early", .. Enumerable.Range(0, 50).Select(i => $"result.n{i}"), "result.last"], order.Where(name => name.StartsWith("result.", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_result_is_held_until_the_caller_has_it()
    {
        List<string> order = [];
        var result = Recording(order, "");
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(result);
            session.Call.Return(TestCall.Message("answer"));
        });
        TestCall call = new("held");

        _pair.Send(new TestSession(call));
        await call.Result;

        // The caller has the answer: then nothing holds the result any more but its own worker.
        await Eventually(() => result.References == 1);
    }

    [Fact]
    public async Task A_number_or_a_text_is_not_held()
    {
        TestCapability result = new(_ => { });
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(result);
            // 0xFF, the version, int32, 42 in zigzag.
            session.Call.Return(new RpcMessage(new byte[] { 0xFF, 0x0F, (byte)'I', 84 }, []));
            Assert.Equal(1, result.References);
        });

        Assert.Equal(4, (await Call("value").Result).Bytes.Length);
    }

    [Fact]
    public async Task A_callback_is_called_and_let_go_when_its_last_holder_lets_go()
    {
        List<string> calls = [];
        var callback = Recording(calls, "");
        TaskCompletionSource<RpcCapability> given = new();
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(new TestCapability(_ => { }));
            given.SetResult(session.Call.Arguments!.Attachments[0].Capability!);
            session.Call.Return(TestCall.Message("done"));
        });

        await Call("subscribe", new RpcAttachment(callback)).Result;
        var held = await given.Task;
        held.AddReference();
        TestCall one = new("one");
        held.Call(one);
        Assert.Equal("one", TestCall.Text(await one.Result));
        held.Release();
        Assert.False(callback.Released.IsCompleted);
        held.Release();

        await callback.Released;
        Assert.Equal(["one"], calls);
    }

    [Fact]
    public async Task A_capability_that_comes_home_is_itself_again()
    {
        TestCapability own = new(_ => { });
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(new TestCapability(_ => { }));
            session.Call.Return(new RpcMessage("x"u8.ToArray(), session.Call.Arguments!.Attachments));
        });

        var result = await Call("echo", new RpcAttachment(own)).Result;

        Assert.Same(own, result.Attachments[0].Capability);
        result.Release();
        await own.Released;
    }

    [Fact]
    public async Task Streams_travel_both_ways()
    {
        _pair.Worker = new ScriptedWorker(session => _ = AnswerAsync(session.Call));
        var bytes = new byte[1_500_000];
        Random.Shared.NextBytes(bytes);
        Pipe sink = new();

        var call = Call("copy", new RpcAttachment(null, new MemoryStream(bytes), bytes.Length), new RpcAttachment(null, Writable: sink.Writer));
        using MemoryStream written = new();
        await sink.Reader.CopyToAsync(written, Cancellation);

        Assert.Equal(bytes, written.ToArray());
        var readable = (await call.Result).Attachments[0];
        Assert.Equal(5, readable.Length);
        Assert.Equal("hello", await new StreamReader(readable.Readable!).ReadToEndAsync(Cancellation));

        static async Task AnswerAsync(RpcCall call)
        {
            call.Begin(new TestCapability(_ => { }));
            var (input, output) = (call.Arguments!.Attachments[0], call.Arguments.Attachments[1].Writable!);
            await input.Readable!.CopyToAsync(output);
            await output.CompleteAsync();
            call.Return(TestCall.Message("", new RpcAttachment(null, new MemoryStream(Encoding.UTF8.GetBytes("hello")), 5)));
        }
    }

    [Fact]
    public async Task Who_holds_a_capability_learns_that_it_is_broken()
    {
        TestCapability counter = new(_ => { });
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(new TestCapability(_ => { }));
            session.Call.Return(TestCall.Message("", new RpcAttachment(counter)));
        });
        var held = (await Call("counter").Result).Attachments[0].Capability!;
        TaskCompletionSource<WorkerError> broken = new();

        held.WhenBroken(broken.SetResult);
        await counter.Watched.Task;
        counter.Break(new WorkerError(WorkerErrorCode.Exception, "reset"));

        Assert.Equal("reset", (await broken.Task).Message);
    }

    [Fact]
    public async Task A_process_that_dies_breaks_calls_and_capabilities_and_lets_go_of_what_it_held()
    {
        TestCapability callback = new(_ => { });
        TestCapability counter = new(_ => { });
        TaskCompletionSource<WorkerError> broken = new();
        TaskCompletionSource aborted = new();
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Call.Begin(new TestCapability(_ => { }));
            session.Aborted.Register(() => aborted.TrySetResult());
            if (session.Call.Path[0] == "counter") session.Call.Return(TestCall.Message("", new RpcAttachment(counter)));
        });
        var held = (await Call("counter").Result).Attachments[0].Capability!;
        held.WhenBroken(broken.SetResult);
        var waiting = Call("never", new RpcAttachment(callback));
        await _pair.Near.SyncAsync();

        _pair.Far.Dispose();

        Assert.True((await Assert.ThrowsAsync<CallException>(() => waiting.Result)).Error!.IsRetryable);
        Assert.Equal("Error: Network connection lost.", (await broken.Task).Message);
        await callback.Released;
        await counter.Released;
        await aborted.Task;
        TestCall late = new("late");
        held.Call(late);
        await Assert.ThrowsAsync<CallException>(() => late.Result);
    }

    [Fact]
    public async Task A_caller_that_leaves_is_gone_for_the_worker_too()
    {
        TaskCompletionSource left = new();
        TaskCompletionSource began = new();
        _pair.Worker = new ScriptedWorker(session =>
        {
            session.Aborted.Register(left.SetResult);
            began.SetResult();
        });
        using CancellationTokenSource leaving = new();

        _pair.Send(new TestSession(new TestCall("wait"), leaving.Token));
        await began.Task;
        await leaving.CancelAsync();

        await left.Task;
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(true, true)]
    public async Task What_the_other_process_does_not_host_is_called_elsewhere_with_all_calls_on_its_result(bool late, bool locally)
    {
        List<string> order = [];
        var result = Recording(order, "");
        TestCapability callback = new(_ => { });
        ScriptedWorker host = new(session =>
        {
            session.Call.Begin(result);
            Assert.NotNull(session.Call.Arguments!.Attachments[0].Capability);
            session.Call.Return(TestCall.Message("done"));
        });
        _pair.RefusesLate = late;
        if (late) _pair.Worker = host;
        TestCall call = new("open", TestCall.Message("", new RpcAttachment(callback)));
        _pair.Send(new TestSession(call));
        var ahead = await call.Begun;
        TestCall before = new("before");
        TestCall below = new("below");
        ahead.Call(before);
        (await before.Begun).Call(below);

        var came = await _pair.Came.Task;
        TestCall between = new("between");
        ahead.Call(between);
        _pair.RefusesLate = false;
        _pair.Worker = host;
        if (locally) came.Deliver(host);
        else came.SendTo(_pair.Near);

        Assert.Equal("done", TestCall.Text(await call.Result));
        Assert.Equal("between", TestCall.Text(await between.Result));
        Assert.Equal("below", TestCall.Text(await below.Result));
        Assert.Equal(["before", "between"], order.Where(name => name != "below"));
        Assert.Single(_pair.Returned);
        Assert.False(callback.Released.IsCompleted);
    }

    private static async Task Eventually(Func<bool> holds)
    {
        while (!holds()) await Task.Delay(TimeSpan.FromMilliseconds(5), Cancellation);
    }

    /// <summary>Answers calls with their own name, and calls on their results likewise.</summary>
    private static TestCapability Recording(List<string> order, string prefix) => new(call =>
    {
        order.Add(prefix + string.Join('.', call.Path));
        call.Begin(Recording(order, ""));
        call.Return(TestCall.Message(string.Join('.', call.Path)));
    });

    private TestCall Call(string path, params RpcAttachment[] attachments)
    {
        TestCall call = new(path, TestCall.Message("", attachments));
        _pair.Send(new TestSession(call));
        return call;
    }
}
