using Skep.Abstractions.Errors;
using Skep.Testing;

namespace Skep.Runtime.Tests.Hostile;

/// <summary>A worker that replaces built-ins harms itself at most: the layer and the host go on by what they captured, and none
/// of what is put in place of a built-in is ever called by them.</summary>
public sealed class PollutionTests
{
    // Uses nothing that the pollutions replace, but through the layer.
    private const string Exercise =
        """
        let said = '';
        const headers = new Headers({ a: '1' });
        headers.append('a', '3');
        said += headers.get('a');
        const url = new URL('http://u:p@host:81/p/a?q=1&r=2#h');
        said += '|' + url.searchParams.get('r') + url.host;
        said += '|' + await new Response('text').text();
        said += '|' + await new Request('http://x/', { method: 'POST', body: 'posted', headers: { c: 'd' } }).text();
        const stream = new ReadableStream({ start(c) { c.enqueue('hi'); c.close() } });
        said += '|' + await new Response(stream.pipeThrough(new TextEncoderStream())).text();
        said += '|' + atob(btoa('x')) + structuredClone('y');
        said += '|' + (await crypto.subtle.digest('SHA-256', bytes)).byteLength;
        const target = new EventTarget(); target.addEventListener('e', () => { said += '|event' }); target.dispatchEvent(new Event('e'));
        await scheduler.wait(1);
        said += '|' + await (await fetch('http://origin/', { headers: { x: 'y' } })).text();
        said += '|' + await request.text() + request.headers.get('x-a');
        console.log('said');
        return new Response(said + touched, { headers: { b: 'c' } });
        """;

    [Theory]
    [InlineData("Object.prototype.get = Object.prototype.set = Object.prototype.value = Object.prototype.writable = trap")]
    [InlineData("for (const k of ['event', 'then', 'done', 'next', 'return', 'resolve', 'reject', 'promise', 'owner', 'state', 'list', 'id', 'name', 'raw']) Object.defineProperty(Object.prototype, k, { configurable: true, get() { if (k !== 'then') trap() }, set: trap })")]
    [InlineData("for (const k of ['push', 'pop', 'map', 'forEach', 'slice', 'shift', 'unshift', 'indexOf', 'includes', 'splice', 'concat', 'filter', 'join', 'sort', 'some', 'every', 'find']) Array.prototype[k] = trap")]
    [InlineData("Array.prototype[Symbol.iterator] = Map.prototype[Symbol.iterator] = Set.prototype[Symbol.iterator] = String.prototype[Symbol.iterator] = trap")]
    [InlineData("const iterators = [Object.getPrototypeOf([][Symbol.iterator]()), Object.getPrototypeOf(new Map().entries()), Object.getPrototypeOf(new Set().values())]; for (let i = 0; i < 3; i++) iterators[i].next = trap")]
    [InlineData("Promise.prototype.then = trap")]
    [InlineData("Promise.prototype.catch = Promise.prototype.finally = Promise.resolve = Promise.reject = Promise.all = Promise.race = Promise.withResolvers = trap")]
    [InlineData("for (const c of [Map, Set, WeakMap, WeakSet]) for (const k of ['get', 'set', 'has', 'add', 'delete', 'forEach', 'entries', 'keys', 'values']) c.prototype[k] = trap")]
    [InlineData("for (const k of ['charCodeAt', 'codePointAt', 'slice', 'indexOf', 'toLowerCase', 'toUpperCase', 'split', 'trim', 'replace', 'replaceAll', 'startsWith', 'endsWith', 'includes', 'substring', 'match', 'padStart', 'toString', 'valueOf']) String.prototype[k] = trap")]
    [InlineData("for (const k of ['exec', 'test', Symbol.replace, Symbol.split, Symbol.match, Symbol.matchAll]) RegExp.prototype[k] = trap")]
    [InlineData("const typed = Object.getPrototypeOf(Uint8Array).prototype; for (const k of ['set', 'subarray', 'slice', 'fill']) typed[k] = trap; for (const k of ['buffer', 'byteLength', 'byteOffset', 'length']) Object.defineProperty(typed, k, { get: trap }); ArrayBuffer.prototype.slice = trap")]
    [InlineData("Function.prototype.call = Function.prototype.apply = Function.prototype.bind = Function.prototype.toString = trap")]
    [InlineData("for (const k of ['apply', 'construct', 'get', 'set', 'ownKeys', 'has', 'defineProperty', 'getPrototypeOf']) Reflect[k] = trap")]
    [InlineData("for (const k of ['defineProperties', 'create', 'keys', 'entries', 'values', 'assign', 'freeze', 'setPrototypeOf', 'getPrototypeOf', 'getOwnPropertyDescriptor', 'fromEntries', 'hasOwn']) Object[k] = trap; Object.prototype.hasOwnProperty = Object.prototype.toString = Object.prototype.valueOf = trap")]
    [InlineData("JSON.parse = JSON.stringify = Number.isInteger = Math.min = Math.max = Math.floor = Math.ceil = Symbol.for = Date.now = trap")]
    [InlineData("for (const k of ['entries', 'forEach', 'set', 'has', 'keys', 'values', 'delete', 'getSetCookie', Symbol.iterator]) Headers.prototype[k] = trap")]
    [InlineData("const get = Headers.prototype.get; Headers.prototype.get = function (n) { return get.call(this, n) }; Response.prototype.clone = Request.prototype.clone = Response.json = trap; Object.defineProperty(Response.prototype, 'status', { get: trap }); Object.defineProperty(Response.prototype, 'headers', { get: trap }); Object.defineProperty(Response.prototype, 'body', { get: trap })")]
    [InlineData("for (const k of ['getReader', 'tee', 'cancel', 'pipeTo']) ReadableStream.prototype[k] = trap; for (const k of ['read', 'releaseLock', 'cancel']) ReadableStreamDefaultReader.prototype[k] = trap; for (const k of ['getWriter', 'close', 'abort']) WritableStream.prototype[k] = trap; WritableStreamDefaultWriter.prototype.write = trap")]
    [InlineData("for (const k of ['Uint8Array', 'ArrayBuffer', 'Map', 'Set', 'WeakMap', 'Error', 'TypeError', 'RangeError', 'DOMException', 'Promise', 'Array', 'String', 'Symbol', 'Function', 'Reflect', 'JSON', 'Proxy', 'queueMicrotask', 'URLSearchParams', 'TextEncoder', 'TextDecoder', 'AbortController', 'AbortSignal', 'Blob', 'FormData']) globalThis[k] = trap")]
    [InlineData("Error.prepareStackTrace = Error.captureStackTrace = trap")]
    [InlineData("AbortSignal.any = AbortSignal.abort = AbortSignal.prototype.throwIfAborted = trap; Object.defineProperty(AbortSignal.prototype, 'aborted', { get: trap })")]
    public async Task The_layer_goes_on(string pollution)
    {
        var script =
            $$"""
            let touched = '';
            const bytes = new Uint8Array(1);
            const trap = function () { touched += ' TOUCHED'; throw 'touched' };
            {{pollution}};
            export default { async fetch(request, env, ctx) { {{Exercise}} } }
            """;
        FakeChannel channel = new((_, _) => Task.FromResult(new FakeResponse("origin")));
        await using var worker = await TestWorker.StartAsync(script, channel: channel);
        var response = await worker.SendAsync(new TestRequest("/", "POST") { Headers = ["x-a", "!"], BodyText = "body" });
        Assert.Equal("200 1, 3|2host:81|text|posted|hi|xy|32|event|origin|body!", response.ToString());
        Assert.Equal("c", response.Header("b"));
        Assert.Equal(["said"], worker.Observer.Lines);
        Assert.Empty(worker.Observer.Errors);
    }

    /// <summary>What the language itself consults, for a store to an array and for every reaction to a promise: no capture helps against
    /// it, and whoever replaces it may have broken itself. It fails for that, at once, and nobody else notices.</summary>
    [Theory]
    [InlineData("for (let i = 0; i < 100; i++) Object.defineProperty(Array.prototype, i, { configurable: true, get: trap, set: trap })")]
    [InlineData("for (let i = 0; i < 100; i++) Object.defineProperty(Object.prototype, i, { configurable: true, set: trap })")]
    [InlineData("for (const c of [Array, Promise, Map, Set, RegExp, ArrayBuffer, Object.getPrototypeOf(Uint8Array)]) Object.defineProperty(c, Symbol.species, { get: trap })")]
    [InlineData("for (const c of [Array, Promise, Map, Set, RegExp, ArrayBuffer, Object.getPrototypeOf(Uint8Array)]) c.prototype.constructor = { [Symbol.species]: trap }")]
    [InlineData("for (const c of [Object, Array, Promise, Uint8Array]) Object.defineProperty(c.prototype, 'constructor', { get: trap, set: trap })")]
    public async Task Who_breaks_the_language_breaks_itself_alone(string pollution)
    {
        const string trap = "const trap = function () { throw 'touched' };";
        await using var neighbour = await Neighbour.StartAsync();
        var refused = await Record.ExceptionAsync(async () =>
        {
            await using var early = await TestWorker.StartAsync($"{trap} {pollution}; export default {{ async fetch() {{ await scheduler.wait(1); return new Response('well') }} }}");
            Assert.Contains((await early.GetAsync()).ToString(), (string[])["200 well", "1101 touched"]);
        });
        Assert.True(refused is null or WorkerStartupException { Error.Message: "touched" }, refused?.ToString());

        await using var late = await TestWorker.StartAsync(
            $"{trap} let polluted = false; export default {{ async fetch() {{ if (!polluted) {{ polluted = true; {pollution} }} await scheduler.wait(1); return new Response('well') }} }}");
        for (var i = 0; i < 3; i++) Assert.Contains((await late.GetAsync()).ToString(), (string[])["200 well", "1101 touched"]);
    }
}
