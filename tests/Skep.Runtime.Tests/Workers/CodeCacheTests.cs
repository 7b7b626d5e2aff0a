using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Workers;

/// <summary>What an isolate compiled, the next one of the version need not.</summary>
public sealed class CodeCacheTests
{
    [Fact]
    public async Task An_evicted_isolate_leaves_its_compiled_code_to_the_next()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time, options => options with { IdleLifetime = TimeSpan.Zero });
        await using var worker = await TestWorker.StartAsync(
            "import { text } from './text.js'; export default { fetch() { return new Response(text()) } }",
            runtime: runtime,
            with: version => version with { Modules = [.. version.Modules, TestWorker.Module("text.js", "export function text() { return 'fine' }")] });
        var code = ((Worker)worker.Worker).Code;
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
        Assert.True(code.CacheOf("main.js").IsEmpty);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(code.CacheOf("main.js").IsEmpty);
        Assert.False(code.CacheOf("text.js").IsEmpty);
        Assert.Equal("200 fine", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_busy_worker_keeps_it_for_its_further_isolates()
    {
        await using var worker = await TestWorker.HandlingAsync("return new Response('fine')");
        var code = ((Worker)worker.Worker).Code;
        for (var i = 0; i < 100; i++) await worker.GetAsync();
        Assert.False(code.CacheOf("main.js").IsEmpty);
    }

    [Fact]
    public async Task A_WebAssembly_module_is_compiled_once_for_all_isolates()
    {
        ManualTime time = new();
        await using var runtime = TestRuntime.New(time, options => options with { IdleLifetime = TimeSpan.Zero });
        await using var worker = await TestWorker.StartAsync(
            "import add from './add.wasm'; export default { fetch() { return new Response(new WebAssembly.Instance(add).exports.add(2, 3)) } }",
            runtime: runtime,
            with: version => version with { Modules = [.. version.Modules, new ScriptModule("add.wasm", ModuleKind.CompiledWasm, Wasm.Add)] });
        Assert.Equal("200 5", (await worker.GetAsync()).ToString());
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Empty(worker.Isolates);
        Assert.Equal("200 5", (await worker.GetAsync()).ToString());
    }
}
