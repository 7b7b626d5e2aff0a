namespace Skep.Runtime.Tests.Hostile;

/// <summary>Code that takes memory, in every shape we know of, is stopped at the memory limit.</summary>
public sealed class MemoryTests
{
    [Theory]
    [InlineData("const a = []; for (;;) a.push(new Array(1000).fill({ x: 1 }))")]
    [InlineData("const a = []; for (;;) a.push({ a: 1, b: [2] })")]
    [InlineData("let s = 'x'; const all = []; for (;;) { s = 'y'.repeat(1e6) + all.length; all.push(s, s.charCodeAt(5)) }")]
    [InlineData("const all = []; for (let i = 0; ; i++) all.push(('x'.repeat(1000) + i).split('').join('y'))")]
    [InlineData("const all = []; for (let i = 0; ; i++) { const n = i; all.push(() => n) }")]
    [InlineData("const all = []; for (;;) all.push(new Promise(() => {}))")]
    [InlineData("const all = []; for (;;) all.push(new ReadableStream({ pull(c) { c.enqueue('x') } }))")]
    [InlineData("const m = new Map(); for (let i = 0; ; i++) m.set(i, i)")]
    [InlineData("const s = new Set(); for (let i = 0; ; i++) s.add({})")]
    [InlineData("const o = {}; for (let i = 0; ; i++) o['k' + i] = i")]
    [InlineData("let l = null; for (;;) l = { l }")]
    [InlineData("const all = []; for (let i = 0; ; i++) all.push(Symbol('s' + i))")]
    [InlineData("const all = []; for (let i = 0; ; i++) all.push(Symbol.for('s' + i))")]
    [InlineData("const all = []; for (let i = 0; ; i++) all.push(new RegExp('x'.repeat(1000) + i))")]
    [InlineData("const all = []; for (;;) all.push(BigInt.asUintN(1e6, -1n))")]
    [InlineData("const all = []; for (;;) all.push(new Error('x').stack)")]
    [InlineData("const all = []; for (;;) all.push(new Date(), new URL('http://x/y'), new Headers({ a: 'b' }))")]
    [InlineData("const all = []; for (;;) all.push(JSON.parse('[' + '1,'.repeat(1000) + '1]'))")]
    [InlineData("const all = []; for (;;) all.push(function* () {}())")]
    [InlineData("const all = []; for (;;) all.push(new Proxy({}, {}))")]
    [InlineData("const all = []; for (;;) all.push(new WeakRef({}), new WeakMap())")]
    [InlineData("const all = []; for (;;) all.push(class { a() {} })")]
    [InlineData("const all = []; for (;;) all.push(new Intl.NumberFormat('de'))")]
    [InlineData("const all = []; for (;;) all.push(Promise.reject(1))")]
    [InlineData("const all = []; for (;;) all.push(new AbortController())")]
    [InlineData("const h = new Headers(); for (let i = 0; ; i++) h.append('h' + i, 'x'.repeat(1000) + i)")]
    [InlineData("const f = new FormData(); for (let i = 0; ; i++) f.append('f' + i, 'x'.repeat(1000) + i)")]
    [InlineData("const p = new URLSearchParams(); for (let i = 0; ; i++) p.append('p' + i, 'x'.repeat(1000) + i)")]
    [InlineData("const all = []; for (;;) { const c = new MessageChannel(); c.port1.postMessage('x'.repeat(1e5) + all.length); all.push(c) }")]
    [InlineData("let s = 'x'.repeat(1e6); for (;;) { s += 'y' + s; s.charCodeAt(1) }")]
    [InlineData("const all = []; for (;;) all.push('x'.repeat(1e6).normalize() + all.length, 'x'.repeat(1e6).toUpperCase())")]
    [InlineData("const o = []; for (;;) { o.push(structuredClone(o)) }")]
    [InlineData("Array.from({ length: 1e9 }, () => ({}))")]
    [InlineData("Array.from({ length: 2 ** 32 - 1 }, (_, i) => i)")]
    [InlineData("const f = (a) => f([a, a]); try { f() } catch {} const all = []; for (;;) all.push(new Array(1e5).fill(all))")]
    [InlineData("const all = []; for (let i = 0; ; i++) all.push(JSON.parse('{\"k' + i + '\":1}'))")]
    [InlineData("const all = []; for (;;) all.push(new TransformStream(), new WritableStream())")]
    [InlineData("let c; new ReadableStream({ start(x) { c = x } }); for (let i = 0; ; i++) c.enqueue('x'.repeat(1000) + i)")]
    [InlineData("const r = new ReadableStream({ pull(c) { c.enqueue(new Array(1000).fill({})) } }).tee()[0].getReader(); for (;;) await r.read()")]
    [InlineData("const all = []; for (;;) { all.push({}); await null }")]
    [InlineData("const all = []; const f = async () => { await new Promise(() => {}) }; for (;;) all.push(f())")]
    [InlineData("for (;;) queueMicrotask(() => {})")]
    public async Task On_the_heap(string body) => Assert.Equal(Offence.MemoryExceeded, await Offence.CommitAsync(body, Offence.Memory));

    [Theory]
    [InlineData("const all = []; for (;;) all.push(new Uint8Array(1024))")]
    [InlineData("const all = []; for (;;) all.push(new ArrayBuffer(1 << 20))")]
    [InlineData("new ArrayBuffer(200 << 20)")]
    [InlineData("new Uint8Array(2 ** 32)")]
    [InlineData("new Float64Array(1e9)")]
    [InlineData("const all = []; for (;;) all.push(new Uint8Array(1e6).slice())")]
    [InlineData("const all = []; for (;;) all.push(new TextEncoder().encode('x'.repeat(1e6)))")]
    [InlineData("const all = []; for (;;) all.push(new Blob(['x'.repeat(1e6)]))")]
    [InlineData("const all = []; for (;;) all.push(crypto.getRandomValues(new Uint8Array(65536)))")]
    [InlineData("const all = []; for (;;) all.push(new SharedArrayBuffer(1e6))")]
    [InlineData("const all = []; for (;;) all.push(new ArrayBuffer(1e6, { maxByteLength: 2e6 }))")]
    [InlineData("const b = new ArrayBuffer(0, { maxByteLength: 2 ** 30 }); for (let i = 0; ; i += 65536) b.resize(i)")]
    [InlineData("const b = new SharedArrayBuffer(0, { maxByteLength: 2 ** 30 }); for (let i = 0; ; i += 65536) b.grow(i)")]
    [InlineData("const all = []; for (;;) all.push(new ArrayBuffer(0, { maxByteLength: 1 }))")]
    [InlineData("const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 1 }))")]
    [InlineData("const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 0 }))")]
    [InlineData("const all = []; for (;;) all.push(new WebAssembly.Memory({ initial: 1, maximum: 100, shared: true }))")]
    [InlineData("const m = new WebAssembly.Memory({ initial: 1 }); for (;;) m.grow(10)")]
    [InlineData("new WebAssembly.Memory({ initial: 4000 })")]
    [InlineData("let b = new ArrayBuffer(1 << 20); for (;;) b = b.transfer(b.byteLength * 2)")]
    public async Task In_buffers(string body) => Assert.Equal(Offence.MemoryExceeded, await Offence.CommitAsync(body, Offence.Memory));

    [Fact]
    public async Task In_a_WebAssembly_module_s_memory() => Assert.Equal(
        Offence.MemoryExceeded, await Offence.CommitAsync("new WebAssembly.Instance(module)", Offence.Memory, wasm: Wasm.LargeMemory));

    [Fact]
    public async Task WebAssembly_that_cannot_grow_any_more_is_told_so() => Assert.Equal(
        "1101 Error: true",
        await Offence.CommitAsync(
            "const { memory } = new WebAssembly.Instance(module).exports; let failed = false; try { for (;;) memory.grow(16) } catch (e) { failed = e instanceof RangeError && memory.buffer.byteLength < 130 << 20 } throw new Error(failed)",
            Offence.Memory,
            wasm: Wasm.Grow));

    [Theory]
    [InlineData("for (;;) setTimeout(() => {}, 1e6)", "1101 QuotaExceededError: You have exceeded the number of active tim")]
    [InlineData("const all = []; for (;;) all.push(crypto.subtle.digest('SHA-256', new Uint8Array(1e6)))", Offence.MemoryExceeded)]
    [InlineData("const all = [], key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, false, ['encrypt']); for (;;) all.push(crypto.subtle.encrypt({ name: 'AES-GCM', iv: new Uint8Array(12) }, key, new Uint8Array(1e6)))", Offence.MemoryExceeded)]
    [InlineData("const body = new Uint8Array(1e7), all = []; for (let i = 0; i < 50; i++) all.push(fetch('http://x/', { method: 'POST', body })); await Promise.all(all)", Offence.MemoryExceeded)]
    [InlineData("const body = 'x'.repeat(1e7), all = []; for (let i = 0; i < 50; i++) all.push(fetch('http://x/', { method: 'POST', body })); await Promise.all(all)", Offence.MemoryExceeded)]
    [InlineData("structuredClone(Array(1000).fill('x'.repeat(1e8)))", Offence.MemoryExceeded)]
    [InlineData("const all = []; for (;;) all.push(structuredClone(new Uint8Array(1e6)))", Offence.MemoryExceeded)]
    [InlineData("const { port1 } = new MessageChannel(), bytes = new Uint8Array(1e5); for (;;) port1.postMessage(bytes)", Offence.MemoryExceeded)]
    [InlineData("const w = new IdentityTransformStream().writable.getWriter(); for (;;) w.write(new Uint8Array(1e6))", Offence.MemoryExceeded)]
    [InlineData("const w = new CompressionStream('gzip').writable.getWriter(); for (;;) w.write(crypto.getRandomValues(new Uint8Array(65536)))", Offence.MemoryExceeded)]
    public async Task In_what_waits_for_the_host(string body, string answer) =>
        Assert.StartsWith(answer, await Offence.CommitAsync(body, Offence.Memory), StringComparison.Ordinal);

    [Theory]
    [InlineData("new ArrayBuffer(300 << 20)")]
    [InlineData("new Uint8Array(2 ** 32)")]
    [InlineData("new WebAssembly.Memory({ initial: 4000 })")]
    [InlineData("new ArrayBuffer(1, { maxByteLength: 2 ** 30 }).resize(300 << 20)")]
    public async Task What_does_not_fit_is_refused_and_the_worker_can_go_on(string body) => Assert.Equal(
        "1101 Error: RangeError",
        await Offence.CommitAsync($"let name; try {{ {body} }} catch (e) {{ name = e.name }} new ArrayBuffer(1 << 20); throw new Error(name)", Offence.Memory));

    [Fact]
    public async Task A_flood_of_console_output_takes_time_only() =>
        Assert.Equal(Offence.CpuExceeded, await Offence.CommitAsync("for (;;) console.log('x'.repeat(1e6))"));
}
