using System.Buffers;
using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>A version's code: how it is started in an isolate, and what isolates share of it (code caches, compiled WebAssembly).</summary>
internal sealed class WorkerCode(WorkerVersion version)
{
    private readonly Dictionary<string, ScriptModule> modules = version.Modules.ToDictionary(module => module.Name, StringComparer.Ordinal);
    private readonly Dictionary<string, Range> helpers = FindHelpers(version);
    private readonly ConcurrentDictionary<string, byte[]> caches = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, WasmModule> wasm = new(StringComparer.Ordinal);
    private readonly byte[] configuration = WorkerConfiguration.ToJson(version);

    /// <summary>The handlers found, e.g. <c>fetch</c>, <c>scheduled</c>, <c>Admin.fetch</c>. Known once an isolate was started.</summary>
    public string[] Handlers { get; private set; } = [];

    /// <summary>Runs the global scope in an entered isolate; the error that stopped it, or null.</summary>
    public WorkerError? Start(WorkerIsolate isolate)
    {
        ModuleGraph graph = new(this, isolate);
        isolate.Modules = graph;
        var engine = isolate.Engine;
        engine.ModuleResolver = graph.Resolve;
        JsResult result = default;
        engine.CallHost(HostFunction.Setup, [engine.NewStringUtf8(configuration)], ref result, microtasks: false);
        if (result.Status != JsStatus.Ok) return Failure(isolate, ref result);

        JsArgument exports = JsArgument.Undefined;
        if (version.Syntax == ScriptSyntax.ServiceWorker)
        {
            engine.RunScript(modules[version.MainModule].Content.Span, version.MainModule, ref result);
            if (result.Status != JsStatus.Ok) return Failure(isolate, ref result);
        }
        else
        {
            if (StartModules(isolate, graph, ref result) is { } error) return error;
            exports = engine.ModuleNamespace(graph.Main);
        }

        engine.CallHost(HostFunction.Instantiate, [exports], ref result);
        if (result.Status != JsStatus.Ok) return Failure(isolate, ref result);
        Handlers = result.Value.ToStringArray();
        return null;
    }

    /// <summary>A module by name.</summary>
    public ScriptModule? Find(string name) => modules.GetValueOrDefault(name);

    /// <summary>V8's code cache of a module, empty when there is none yet.</summary>
    public ReadOnlySpan<byte> CacheOf(string name) => caches.TryGetValue(name, out var cache) ? cache : default;

    /// <summary>Compiles an ES module, from V8's code cache when there is one; its number, or -1 with the error in <paramref name="result"/>.</summary>
    public int Compile(Isolate engine, ScriptModule module, ref JsResult result)
    {
        var source = module.Content.Span;
        var cache = CacheOf(module.Name);
        if (!helpers.TryGetValue(module.Name, out var helper)) return engine.CompileModule(module.Name, source, cache, ref result, out _);
        // What was uploaded stays as it is, and V8 makes a copy of its own: a third need not live longer than this.
        var rented = ArrayPool<byte>.Shared.Rent(source.Length);
        source.CopyTo(rented);
        KeptNames.Replace(rented.AsSpan(helper));
        var index = engine.CompileModule(module.Name, rented.AsSpan(0, source.Length), cache, ref result, out _);
        ArrayPool<byte>.Shared.Return(rented);
        return index;
    }

    /// <summary>Keeps code caches of the modules an isolate has compiled, if they are not kept yet.</summary>
    public void KeepCaches(WorkerIsolate isolate)
    {
        foreach (var (name, index) in isolate.Modules!.Sources)
        {
            if (!caches.ContainsKey(name)) caches.TryAdd(name, isolate.Engine.CreateCodeCache(index));
        }
    }

    /// <summary>The compiled form of a WebAssembly module: compiled by the first isolate that wants it.</summary>
    public JsLocal Wasm(Isolate engine, ScriptModule module)
    {
        JsResult result = default;
        if (wasm.TryGetValue(module.Name, out var compiled))
        {
            compiled.Instantiate(engine, ref result);
        }
        else if (WasmModule.Compile(engine, module.Content.Span, ref result) is { } made && !wasm.TryAdd(module.Name, made))
        {
            made.Dispose();
        }

        return result.Status == JsStatus.Ok
            ? result.Value.Local
            : throw JsException.Type($"The WebAssembly module {module.Name} cannot be compiled: {engine.DescribeError(result.Value.Local).Message}");
    }

    /// <summary>Frees what isolates shared.</summary>
    public void Dispose()
    {
        foreach (var module in wasm.Values) module.Dispose();
    }

    private static Dictionary<string, Range> FindHelpers(WorkerVersion version)
    {
        Dictionary<string, Range> found = new(StringComparer.Ordinal);
        foreach (var module in version.Modules)
        {
            if (KeptNames.Find(module) is { } helper) found[module.Name] = helper;
        }

        return found;
    }

    private static WorkerError Failure(WorkerIsolate isolate, ref JsResult result)
    {
        if (result.Status == JsStatus.Terminated) return new WorkerError(WorkerErrorCode.Startup, "Script startup was terminated.");
        return isolate.Describe(result.Value.Local) with { Code = WorkerErrorCode.Startup };
    }

    private WorkerError? StartModules(WorkerIsolate isolate, ModuleGraph graph, ref JsResult result)
    {
        var engine = isolate.Engine;
        if (Find(version.MainModule) is not { } main)
        {
            return new WorkerError(WorkerErrorCode.Startup, $"The main module {version.MainModule} is not among the version's modules.");
        }

        graph.Main = graph.Load(main, ref result);
        if (graph.Main < 0) return Failure(isolate, ref result);
        engine.InstantiateModule(graph.Main, ref result);
        if (result.Status != JsStatus.Ok) return Failure(isolate, ref result);
        engine.EvaluateModule(graph.Main, ref result);
        if (result.Status != JsStatus.Ok) return Failure(isolate, ref result);
        var promise = result.Value.Local;
        // Without I/O only V8's own tasks (WebAssembly) can move a top-level await on.
        while (engine.PromiseState(promise, out _) is null && engine.Pump() > 0)
        {
            JsResult js = default;
            engine.RunMicrotasks(ref js);
            if (js.Status != JsStatus.Ok) return Failure(isolate, ref js);
        }

        switch (engine.PromiseState(promise, out var reason))
        {
            case true:
                return null;
            case false:
                // It is reported here; it shall not be reported again as unhandled.
                while (engine.TakeRejection(out _, out _, out _))
                {
                }

                return isolate.Describe(reason) with { Code = WorkerErrorCode.Startup };
            default:
                return new WorkerError(WorkerErrorCode.Startup, "Top-level await in module is unsettled: the global scope waits for something that cannot happen before a request.");
        }
    }
}
