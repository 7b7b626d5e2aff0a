using System.Text;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Tests.Workers;

/// <summary>What esbuild's <c>keepNames</c> does to functions, with the engine's helper in place of the bundle's.</summary>
public sealed class KeptNamesTests
{
    private const string Plain = """
        var __defProp = Object.defineProperty;
        var __name = (target, value) => __defProp(target, "name", { value, configurable: true });
        """;

    private const string Minified = """var o=Object.defineProperty;var __name=(e,t)=>o(e,"name",{value:t,configurable:!0});""";

    [Theory]
    [InlineData("__name(() => {}, 'f')")]
    [InlineData("__name(async (x) => x, 'f')")]
    [InlineData("__name(function () {}, 'f')")]
    [InlineData("__name(function f2() {}, 'f')")]
    [InlineData("__name(function f() {}, 'f')")]
    [InlineData("__name(class {}, 'f')")]
    [InlineData("__name(class f2 { static { __name(this, 'f') } }, 'f')")]
    [InlineData("__name({ f2() {} }.f2, 'f')")]
    [InlineData("__name((() => {}).bind(), 'f')")]
    [InlineData("__name(new Proxy(() => {}, {}), 'f')")]
    [InlineData("__name(fetch, 'f')")]
    [InlineData("__name(Function.prototype, 'f')")]
    [InlineData("__name(structuredClone, 'f')")]
    public async Task A_function_gets_the_same_name(string expression)
    {
        var show = $"const f = {expression}; return Response.json([f.name, typeof f, Object.getOwnPropertyDescriptor(f, 'name')])";
        var expected = await AnswerAsync("var __name = (target, value) => (0, Object.defineProperty)(target, \"name\", { value, configurable: true });", show);
        Assert.StartsWith("""["f","function",""", expected);
        Assert.Equal(expected, await AnswerAsync(Plain, show));
        Assert.Equal(expected, await AnswerAsync(Minified, show));
    }

    [Theory]
    [InlineData("__name(undefined, 'f')")]
    [InlineData("__name(Object.freeze(function g() {}), 'f')")]
    public async Task What_cannot_be_named_is_refused(string expression) =>
        Assert.Equal("TypeError", await AnswerAsync(Plain, $"try {{ {expression}; return new Response('named') }} catch (error) {{ return new Response(error.name) }}"));

    [Fact]
    public async Task The_same_literal_may_get_several_names() =>
        Assert.Equal("a b b a", await AnswerAsync(
            Plain,
            "const made = ['a', 'b', 'b', 'a'].map((name) => __name(() => {}, name)); return new Response(made.map((f) => f.name).join(' '))"));

    [Fact]
    public async Task Functions_of_V8_do_not_share_a_name() =>
        Assert.Equal("r,", await AnswerAsync(
            Plain,
            "const one = Promise.withResolvers(), other = Promise.withResolvers(); __name(one.resolve, 'r'); return new Response([one.resolve.name, other.resolve.name].join())"));

    [Fact]
    public async Task The_engine_s_helper_is_in_place()
    {
        const string show = "return new Response(/native code/.test(__name) + ' ' + Object.keys(import.meta))";
        Assert.Equal("true url", await AnswerAsync(Plain, show));
        Assert.Equal("true url", await AnswerAsync(Minified, show));
    }

    [Theory]
    [InlineData("var name = (target, value) => define(target, \"name\", { value: other, configurable: true });")]
    [InlineData("var name = (target, other) => define(target, \"name\", { value, configurable: true });")]
    [InlineData("var name = (target, value) => define(other, \"name\", { value, configurable: true });")]
    [InlineData("var name = (target, value) => define(target, \"name\", { value, configurable: false });")]
    [InlineData("call((target, value) => define(target, \"name\", { value, configurable: true }));")]
    public void Other_code_stays_as_it_is(string code) => Assert.Null(KeptNames.Find(TestWorker.Module("main.js", code)));

    [Fact]
    public void Other_modules_stay_as_they_are() => Assert.Null(KeptNames.Find(TestWorker.Module("text.txt", Plain, ModuleKind.Text)));

    [Fact]
    public void Nothing_else_moves()
    {
        var code = Encoding.UTF8.GetBytes(Plain + " after()");
        KeptNames.Replace(code.AsSpan(KeptNames.Find(TestWorker.Module("main.js", Plain + " after()"))!.Value));
        var lines = Encoding.UTF8.GetString(code).Split('\n');
        Assert.Equal(Plain.Split('\n')[0], lines[0]);
        Assert.Matches("""^var __name = import\.meta\["skep:name"\] +; after\(\)$""", lines[1]);
        Assert.Equal(Plain.Length + " after()".Length, code.Length);
    }

    [Fact]
    public async Task The_version_stays_the_one_that_was_loaded()
    {
        WorkerVersion? loaded = null;
        await using var worker = await TestWorker.StartAsync($"{Plain} export default {{ fetch: () => new Response(String(__name)) }}", with: version => loaded = version);
        Assert.Contains("native code", (await worker.GetAsync()).Text, StringComparison.Ordinal);
        Assert.Same(loaded, worker.Worker.Version);
    }

    [Fact]
    public async Task A_service_worker_s_script_has_no_import_meta_and_stays_as_it_is()
    {
        await using var worker = await TestWorker.StartAsync(
            $"{Plain} addEventListener('fetch', __name((event) => event.respondWith(new Response('answered')), 'f'))",
            with: version => version with { Syntax = ScriptSyntax.ServiceWorker });
        Assert.Equal("answered", (await worker.GetAsync()).Text);
    }

    private static async Task<string> AnswerAsync(string helper, string body)
    {
        await using var worker = await TestWorker.HandlingAsync(body, global: helper);
        return (await worker.GetAsync()).Text;
    }
}
