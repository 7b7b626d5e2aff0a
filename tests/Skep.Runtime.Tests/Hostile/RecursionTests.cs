namespace Skep.Runtime.Tests.Hostile;

/// <summary>Recursion without an end is a RangeError, wherever it happens, and never the end of the process.</summary>
public sealed class RecursionTests
{
    private const string TooDeep = "1101 RangeError: Maximum call stack size exceeded";

    [Theory]
    [InlineData("const f = () => f() + 1; f()")]
    [InlineData("const o = { get a() { return o.a } }; o.a")]
    [InlineData("const p = new Proxy({}, { get: (t, k, r) => r[k] }); p.a")]
    [InlineData("const o = { toString() { return '' + this } }; '' + o")]
    [InlineData("class A { constructor() { new A() } } new A()")]
    [InlineData("const f = () => [1].map(f); f()")]
    [InlineData("const f = () => [2, 1].sort(f); f()")]
    [InlineData("const f = () => 'a'.replace(/a/, f); f()")]
    [InlineData("const f = () => JSON.stringify({ toJSON: f }); f()")]
    [InlineData("const f = () => JSON.parse('[1]', f); f()")]
    [InlineData("const f = () => structuredClone({ get a() { return f() } }); f()")]
    [InlineData("const f = () => new Headers({ get a() { return f() } }); f()")]
    [InlineData("const f = () => new Response('', { get status() { return f() } }); f()")]
    [InlineData("const f = () => new URL({ toString: f }); f()")]
    [InlineData("const f = () => console.log('%s', { toString: f }); f(); const g = () => g(); g()")]
    [InlineData("const g = () => Reflect.apply(g, null, []); g()")]
    [InlineData("function F() { Reflect.construct(F, [], F) } new F()")]
    [InlineData("const f = () => eventTarget.dispatchEvent(new Event('x')); const eventTarget = new EventTarget(); eventTarget.addEventListener('x', f); f(); const g = () => g(); g()")]
    [InlineData("let o = []; for (let i = 0; i < 1e6; i++) o = [o]; o.flat(Infinity)")]
    [InlineData("let o = []; for (let i = 0; i < 1e6; i++) o = [o]; String(o)")]
    [InlineData("let f = (x) => x; for (let i = 0; i < 1e5; i++) f = f.bind(null); let p = f; for (let i = 0; i < 1e6; i++) p = new Proxy(p, {}); p.x")]
    public async Task In_JavaScript(string body) => Assert.StartsWith(TooDeep, await Offence.CommitAsync(body, Offence.Memory), StringComparison.Ordinal);

    [Theory]
    [InlineData("let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; throw JSON.stringify(o).length")]
    [InlineData("let o = {}; for (let i = 0; i < 1e6; i++) o = { o }; structuredClone(o)")]
    [InlineData("let o = {}; for (let i = 0; i < 1e6; i++) o = { o }; console.log(o); throw new Error('printed')")]
    [InlineData("new RegExp('('.repeat(1e6) + ')'.repeat(1e6))")]
    [InlineData("new RegExp('(?:a'.repeat(1e5) + ')'.repeat(1e5)).test('a')")]
    [InlineData("JSON.parse('[{\"a\":'.repeat(1e6)); ")]
    [InlineData("const a = JSON.parse('['.repeat(1e6) + ']'.repeat(1e6)); JSON.stringify(a)")]
    [InlineData("let p = Promise.resolve(); for (let i = 0; i < 1e5; i++) { const q = p; p = Promise.resolve().then(() => q) } await p; throw new Error('resolved')")]
    [InlineData("let e = new Error('x'); for (let i = 0; i < 1e5; i++) e = new Error('x', { cause: e }); console.error(e); throw e")]
    [InlineData("const o = {}; o.o = o; console.log(o); new Response(o); throw o")]
    [InlineData("let s = new ReadableStream({ start(c) { c.enqueue('x'); c.close() } }); for (let i = 0; i < 1e4; i++) s = s.pipeThrough(new TransformStream()); await s.getReader().read(); throw new Error('read')")]
    [InlineData("let s = AbortSignal.abort(); for (let i = 0; i < 1e5; i++) s = AbortSignal.any([s]); s.throwIfAborted()")]
    [InlineData("let c = new AbortController(), s = c.signal; for (let i = 0; i < 1e5; i++) s = AbortSignal.any([s]); c.abort(); s.throwIfAborted()")]
    [InlineData("let f = new Blob(['x']); for (let i = 0; i < 1e5; i++) f = new Blob([f]); throw new Error(await f.text())")]
    public async Task In_the_host(string body) => Assert.StartsWith("1101 ", await Offence.CommitAsync(body, Offence.Memory), StringComparison.Ordinal);

    [Fact]
    public async Task At_the_edge_of_the_stack_the_layer_and_the_host_hold()
    {
        // Calls into the layer and the host with less and less stack left, in small steps.
        const string body = """
            const calls = [
                () => new Response('x', { headers: { a: 'b' } }), () => new URL('http://x/y?z'), () => crypto.randomUUID(), () => structuredClone({ a: [1] }),
                () => new Headers([['a', 'b']]), () => atob('YQ=='), () => new TextDecoder().decode(new Uint8Array(3)), () => setTimeout(() => {}, 0),
                () => new ReadableStream({ start(c) { c.enqueue(1) } }).getReader().read(), () => request.headers.get('a'), () => request.clone(), () => JSON.parse('{"a":1}'),
                () => console.log({ a: 1 }), () => new Blob(['x']).text(), () => crypto.subtle.digest('SHA-256', new Uint8Array(1)), () => ctx.waitUntil(null), () => import('./main.js'),
            ];
            for (const call of calls) {
                const dive = (left) => { if (left > 0) return dive(left - 1); try { call() } catch (e) { if (!(e instanceof RangeError)) throw e } };
                let deepest = 1; const depth = () => { deepest++; depth() }; try { depth() } catch {}
                for (let i = 0; i < 400; i++) try { dive(deepest - i * 3) } catch (e) { if (!(e instanceof RangeError)) throw e }
            }
            throw new Error('held');
            """;
        Assert.Equal("1101 Error: held", await Offence.CommitAsync(body, Offence.Memory));
    }
}
