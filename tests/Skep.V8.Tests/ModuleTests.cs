using System.Text;

namespace Skep.V8.Tests;

/// <summary>ES modules and what can be imported beside them.</summary>
public sealed class ModuleTests : IDisposable
{
    // (module (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add))
    private static readonly byte[] Adder = Convert.FromHexString("0061736d0100000001070160027f7f017f03020100070701036164640000" + "0a09010700200020016a0b");

    private readonly Isolate isolate = Script.NewIsolate();
    private readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> loaded = new(StringComparer.Ordinal);

    public ModuleTests() => isolate.ModuleResolver = (specifier, _) => Load(specifier);

    public void Dispose() => isolate.Dispose();

    [Fact]
    public void Import_each_other()
    {
        sources["a"] = "import { b } from 'b'; import c, * as all from 'b'; export const a = b + c + Object.keys(all).length; globalThis.result = a;";
        sources["b"] = "export const b = 1; export default 10;";
        Run("a");
        Assert.Equal("13", isolate.Eval("result"));
    }

    [Fact]
    public void May_be_cyclic()
    {
        sources["a"] = "import { b } from 'b'; export function a() { return 1 } globalThis.result = b;";
        sources["b"] = "import { a } from 'a'; export const b = a() + 1;";
        Run("a");
        Assert.Equal("2", isolate.Eval("result"));
    }

    [Fact]
    public void Know_their_url()
    {
        sources["lib/a.js"] = "globalThis.result = import.meta.url";
        Run("lib/a.js");
        Assert.Equal("file:///lib/a.js", isolate.Eval("result"));
    }

    [Fact]
    public void Are_imported_dynamically()
    {
        sources["a"] = "globalThis.result = 'none'; import('b').then((m) => { result = m.b })";
        sources["b"] = "export const b = 5";
        Run("a");
        Assert.Equal("5", isolate.Eval("result"));
        // Also later, and the module is the same one.
        isolate.Eval("import('b').then((m) => { result = m.b + 1 })");
        Assert.Equal("6", isolate.Eval("result"));
    }

    [Fact]
    public void A_dynamic_import_that_cannot_be_resolved_rejects()
    {
        isolate.ModuleResolver = (specifier, _) => throw new JsException(JsErrorClass.TypeError, $"no {specifier}");
        isolate.Eval("globalThis.result = 'none'; import('x').catch((e) => { result = e.name + ' ' + e.message })");
        Assert.Equal("TypeError no x", isolate.Eval("result"));
    }

    [Fact]
    public void A_dynamic_import_that_throws_rejects()
    {
        sources["b"] = "throw new RangeError('thrown')";
        isolate.Eval("globalThis.result = 'none'; import('b').catch((e) => { result = e.message })");
        Assert.Equal("thrown", isolate.Eval("result"));
    }

    [Fact]
    public void Wait_for_top_level_awaits()
    {
        sources["a"] = "import { b } from 'b'; globalThis.result = b;";
        sources["b"] = "export let b = 1; await null; await Promise.resolve(); b = 2;";
        Run("a");
        Assert.Equal("2", isolate.Eval("result"));
    }

    [Fact]
    public void Report_where_a_syntax_error_is()
    {
        isolate.Enter(0);
        try
        {
            JsResult result = default;
            Assert.Equal(-1, isolate.CompileModule("broken.js", "let a = 1;\n  let b = ;"u8, default, ref result, out _));
            var (message, stack) = isolate.DescribeError(result.Value.Local);
            Assert.Equal("SyntaxError: Unexpected token ';'", message);
            Assert.Contains("broken.js:2:11", stack, StringComparison.Ordinal);
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public void An_import_that_is_missing_stops_the_linking()
    {
        sources["a"] = "import { nothing } from 'b';";
        sources["b"] = "export const b = 5";
        Assert.Contains("does not provide an export named 'nothing'", Assert.Throws<ScriptFailure>(() => Run("a")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Can_be_made_of_values()
    {
        isolate.ModuleResolver = (specifier, _) => Synthetic(specifier);
        sources["a"] = "import json from 'json'; import text from 'text'; import data from 'data'; globalThis.result = json.a + text + data.byteLength";
        isolate.Enter(0);
        var module = Compile("a");
        isolate.Exit();
        Evaluate(module);
        Assert.Equal("1text3", isolate.Eval("result"));
    }

    [Fact]
    public void WebAssembly_is_compiled_once_and_runs_in_every_isolate()
    {
        using var other = Script.NewIsolate();
        WasmModule? module;
        isolate.Enter(0);
        try
        {
            JsResult result = default;
            module = WasmModule.Compile(isolate, Adder, ref result);
            Assert.NotNull(module);
            Assert.Equal("5", Add(isolate, result.Value.Local));
        }
        finally
        {
            isolate.Exit();
        }

        other.Enter(0);
        try
        {
            JsResult result = default;
            module.Instantiate(other, ref result);
            Assert.Equal(JsStatus.Ok, result.Status);
            module.Dispose();
            Assert.Equal("5", Add(other, result.Value.Local));
        }
        finally
        {
            other.Exit();
        }
    }

    [Fact]
    public void Broken_WebAssembly_is_an_error()
    {
        isolate.Enter(0);
        try
        {
            JsResult result = default;
            Assert.Null(WasmModule.Compile(isolate, "nonsense"u8, ref result));
            Assert.StartsWith("CompileError", isolate.DescribeError(result.Value.Local).Message, StringComparison.Ordinal);
        }
        finally
        {
            isolate.Exit();
        }
    }

    [Fact]
    public void Keep_a_code_cache()
    {
        var source = Encoding.UTF8.GetBytes("export function f() { return 1 } globalThis.result = f();" + string.Join('\n', Enumerable.Range(0, 200).Select(i => $"export function g{i}() {{ return {i} }}")));
        byte[] cache;
        isolate.Enter(0);
        try
        {
            JsResult result = default;
            var module = isolate.CompileModule("a.js", source, default, ref result, out _);
            isolate.InstantiateModule(module, ref result);
            isolate.EvaluateModule(module, ref result);
            cache = isolate.CreateCodeCache(module);
        }
        finally
        {
            isolate.Exit();
        }

        Assert.NotEmpty(cache);
        Assert.False(Rejected(source, cache));
        // One for other code, and one that is none, are refused and the module is compiled all the same.
        Assert.True(Rejected("export const other = 1"u8.ToArray(), cache));
        Assert.True(Rejected(source, [1, 2, 3]));
    }

    [Fact]
    public void CommonJs_bodies_become_functions()
    {
        isolate.Enter(0);
        try
        {
            JsResult function = default;
            isolate.CompileFunction("c.js", "exports.a = module + 1; return exports.a"u8, ["exports", "module"], ref function);
            Assert.Equal(JsKind.Function, function.Value.Kind);
            JsResult result = default;
            isolate.Call(function.Value.Local, [isolate.NewObject(), 4], ref result);
            Assert.Equal(5, result.Value.Int32);
        }
        finally
        {
            isolate.Exit();
        }
    }

    private static bool Rejected(byte[] source, byte[] cache)
    {
        using var other = Script.NewIsolate();
        other.Enter(0);
        try
        {
            JsResult result = default;
            Assert.True(other.CompileModule("a.js", source, cache, ref result, out var rejected) >= 0);
            return rejected;
        }
        finally
        {
            other.Exit();
        }
    }

    private static string Add(Isolate isolate, JsLocal module)
    {
        JsResult adder = default;
        isolate.RunScript("(m) => String(new WebAssembly.Instance(m).exports.add(2, 3))"u8, "test.js", ref adder);
        JsResult result = default;
        isolate.Call(adder.Value.Local, [module], ref result);
        return result.Value.ToString();
    }

    private void Run(string name)
    {
        isolate.Enter(Script.Now);
        var module = Load(name);
        isolate.Exit();
        Evaluate(module);
    }

    private void Evaluate(int module)
    {
        isolate.Enter(Script.Now);
        try
        {
            JsResult result = default;
            isolate.InstantiateModule(module, ref result);
            if (result.Status != JsStatus.Ok) throw new ScriptFailure(result.Status, isolate.DescribeError(result.Value.Local).Message);
            isolate.EvaluateModule(module, ref result);
            Assert.True(isolate.PromiseState(result.Value.Local, out _));
        }
        finally
        {
            isolate.Exit();
        }
    }

    private int Load(string name)
    {
        if (loaded.TryGetValue(name, out var known)) return known;
        return loaded[name] = Compile(name);
    }

    private int Compile(string name)
    {
        JsResult result = default;
        var module = isolate.CompileModule(name, Encoding.UTF8.GetBytes(sources[name]), default, ref result, out _);
        return module >= 0 ? module : throw new JsException(JsErrorClass.SyntaxError, isolate.DescribeError(result.Value.Local).Message);
    }

    private int Synthetic(string name)
    {
        var exports = isolate.NewObject();
        JsResult json = default;
        switch (name)
        {
            case "json":
                isolate.ParseJson("""{"a":1}"""u8, ref json);
                isolate.SetProperty(exports, "default", json.Value.Local);
                break;
            case "text":
                isolate.SetProperty(exports, "default", isolate.NewString("text"));
                break;
            default:
                isolate.SetProperty(exports, "default", isolate.NewArrayBuffer(3, out _));
                break;
        }

        return isolate.NewSyntheticModule(name, exports);
    }
}
