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
    public async Task In_buffers(string body) => Assert.Equal(Offence.MemoryExceeded, await Offence.CommitAsync(body, Offence.Memory));
}
