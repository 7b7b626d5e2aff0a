using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Hostile;

/// <summary>A worker that misbehaves before its first request is refused, and the next one starts.</summary>
public sealed class GlobalScopeTests
{
    private static readonly WorkerLimits Limits = WorkerLimits.Default with { StartupCpuTime = TimeSpan.FromMilliseconds(100) };

    [Theory]
    [InlineData("for (;;);")]
    [InlineData("class A { static { for (;;); } }")]
    [InlineData("class A { static x = (() => { for (;;); })() }")]
    [InlineData("await (async () => { for (;;) await null })();")]
    [InlineData("const t = { then(r) { r(t) } }; await t;")]
    [InlineData("queueMicrotask(function f() { queueMicrotask(f) });")]
    [InlineData("/^(a+)+$/.test('a'.repeat(40) + 'b');")]
    [InlineData("export const x = new (class { constructor() { for (;;); } })();")]
    [InlineData("import('./main.js').then(() => { for (;;); });")]
    [InlineData("import('./main.js').then(() => { for (;;); }); await null;")]
    public Task Loops(string code) => IsRefused(code, "Script startup exceeded CPU time limit", Limits);

    [Theory]
    [InlineData("const all = []; for (;;) all.push({ a: [all.length] });")]
    [InlineData("class A { static all = []; static { for (;;) A.all.push(new Array(1000).fill({})); } }")]
    public Task Memory(string code) => IsRefused(code, "Script startup exceeded the memory limit.", WorkerLimits.Default with { StartupCpuTime = TimeSpan.FromSeconds(20) });

    [Theory]
    [InlineData("const f = () => f(); f();", "RangeError: Maximum call stack size exceeded")]
    [InlineData("throw { toString() { throw 1 } };", "")]
    [InlineData("throw null;", "null")]
    [InlineData("throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 } });", "")]
    [InlineData("eval('1');", "EvalError: Code generation from strings disallowed for this context")]
    [InlineData("new Function('return 1')();", "EvalError: Code generation from strings disallowed for this context")]
    [InlineData("await WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]));", "CompileError: WebAssembly.compile(): Wasm code generation disallowed by embedder")]
    [InlineData("new Uint8Array(2 ** 32);", "RangeError: Array buffer allocation failed")]
    public Task Throws(string code, string message) => IsRefused(code, message, Limits);

    [Fact]
    public async Task A_module_that_imports_itself_while_it_is_evaluated_does_not_end_the_process()
    {
        await using var worker = await TestWorker.StartAsync(
            "const self = import('./main.js'); export default { async fetch() { return new Response((await self).name) } }; export const name = 'itself'");
        Assert.Equal("200 itself", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_CommonJS_module_that_requires_who_imports_it_does_not_end_the_process()
    {
        var failure = await Assert.ThrowsAsync<WorkerStartupException>(() => TestWorker.StartAsync(
            "import './common.cjs'; export default { fetch() {} }",
            with: version => version with { Modules = [.. version.Modules, TestWorker.Module("common.cjs", "module.exports = require('./main.js')", ModuleKind.CommonJs)] }));
        Assert.Contains("The module is still being loaded", failure.Error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public Task Getters_of_what_it_exports() => IsRefused("export default { get fetch() { for (;;); } };", "Script startup exceeded CPU time limit", Limits, exports: "");

    private static async Task IsRefused(string code, string message, WorkerLimits limits, string exports = "export default { fetch() {} };")
    {
        await using var neighbour = await Neighbour.StartAsync();
        var refused = await Assert.ThrowsAsync<WorkerStartupException>(() => TestWorker.StartAsync($"{code} {exports}", limits));
        Assert.Equal(WorkerErrorCode.Startup, refused.Error.Code);
        Assert.StartsWith(message, refused.Error.Message, StringComparison.Ordinal);
    }
}
