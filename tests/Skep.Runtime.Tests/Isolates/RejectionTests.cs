using Skep.Testing;

namespace Skep.Runtime.Tests.Isolates;

/// <summary>Promises that are rejected and that nobody handles.</summary>
public sealed class RejectionTests
{
    [Fact]
    public async Task One_is_reported_and_the_request_goes_on()
    {
        await using var worker = await TestWorker.HandlingAsync("Promise.reject(new TypeError('forgotten')); await scheduler.wait(1); return new Response('fine')");
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        var error = Assert.Single(worker.Observer.Errors);
        Assert.Equal("TypeError: forgotten", error.Message);
        Assert.Contains("main.js", error.Stack, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_handled_in_the_same_turn_is_not()
    {
        await using var worker = await TestWorker.HandlingAsync("const p = Promise.reject(new Error('x')); await null; p.catch(() => {}); return new Response('fine')");
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Empty(worker.Observer.Errors);
    }

    [Fact]
    public async Task A_listener_hears_of_it_and_may_silence_it()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "Promise.reject(new Error('a')); await scheduler.wait(1); return new Response(String(heard))",
            global: "const heard = []; addEventListener('unhandledrejection', (e) => { heard.push(e.type, e.reason.message, e.promise instanceof Promise); e.preventDefault() })");
        Assert.Equal("200 unhandledrejection,a,true", (await worker.GetAsync()).ToString());
        Assert.Empty(worker.Observer.Errors);
    }

    [Fact]
    public async Task A_listener_that_does_not_silence_it_leaves_the_report()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "Promise.reject(new Error('a')); await scheduler.wait(1); return new Response()", global: "addEventListener('unhandledrejection', () => {})");
        await worker.GetAsync();
        Assert.Equal("Error: a", Assert.Single(worker.Observer.Errors).Message);
    }

    [Theory]
    [InlineData("async () => { heard++; throw new Error('b') }")]
    [InlineData("() => { heard++; Promise.reject(new Error('b')) }")]
    [InlineData("() => { heard++; Promise.resolve().then(() => { throw new Error('b') }) }")]
    public async Task What_a_listener_rejects_is_reported_without_asking_it(string listener)
    {
        await using var worker = await TestWorker.HandlingAsync(
            "Promise.reject(new Error('a')); await scheduler.wait(1); return new Response(heard)", global: $"let heard = 0; addEventListener('unhandledrejection', {listener})");
        Assert.Equal("200 1", (await worker.GetAsync()).ToString());
        Assert.Equal(["Error: a", "Error: b"], worker.Observer.Errors.Select(error => error.Message));
    }

    [Theory]
    [InlineData("new Error('a', { cause: new RangeError('b', { cause: 'c' }) })", "Error: a\n", "\n  [cause]: RangeError: b\n", "\n    [cause]: 'c'\n")]
    [InlineData("new AggregateError([new Error('b'), 3], 'a')", "AggregateError: a\n", "[errors]: [\n    Error: b\n", "\n    3\n")]
    [InlineData("Object.assign(new Error('a'), { code: 'E' })", "Error: a\n", "\n  code: 'E'\n")]
    [InlineData("Object.defineProperty(new Error(), 'message', { value: 'late' })", "Error: late\n    at ")]
    [InlineData("{ a: [1] }", "{ a: [ 1 ] }")]
    [InlineData("new Proxy({ a: 1 }, { get() { throw 1 }, ownKeys() { throw 2 } })", "{ a: 1 }")]
    [InlineData("'text'", "text")]
    [InlineData("undefined", "undefined")]
    public async Task The_report_shows_all_of_what_was_thrown(string thrown, params string[] parts)
    {
        await using var worker = await TestWorker.HandlingAsync($"Promise.reject({thrown}); await scheduler.wait(1); return new Response()");
        await worker.GetAsync();
        var text = Assert.Single(worker.Observer.Errors).ToString();
        Assert.All(parts, part => Assert.Contains(part, text, StringComparison.Ordinal));
        Assert.StartsWith(parts[0], text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_that_is_handled_late_is_told_of()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "const p = Promise.reject(new Error('a')); await scheduler.wait(1); p.catch(() => {}); await scheduler.wait(1); return new Response(String(heard))",
            global: "const heard = []; addEventListener('rejectionhandled', (e) => heard.push(e.type, e.reason.message))");
        Assert.Equal("200 rejectionhandled,a", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_flood_is_reported_in_part()
    {
        await using var worker = await TestWorker.HandlingAsync("for (let i = 0; i < 10000; i++) Promise.reject(i); await scheduler.wait(1); return new Response('fine')");
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.Equal(101, worker.Observer.Errors.Count);
        Assert.StartsWith("More than 100 promises were rejected at once", worker.Observer.Errors.Last().Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_handler_s_own_is_the_response()
    {
        await using var worker = await TestWorker.HandlingAsync("await scheduler.wait(1); throw new Error('x')");
        Assert.Equal("1101 Error: x", (await worker.GetAsync()).ToString());
        Assert.Empty(worker.Observer.Errors);
    }
}
