using System.Text;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>The modules of one isolate: finds what an import means and compiles it on first use.</summary>
internal sealed class ModuleGraph(WorkerCode code, WorkerIsolate isolate)
{
    private readonly Dictionary<string, int> byName = new(StringComparer.Ordinal);
    private readonly Dictionary<int, string> names = [];
    private readonly List<(string Name, int Index)> sources = [];

    /// <summary>The main module's number.</summary>
    public int Main { get; set; }

    /// <summary>The modules compiled from JavaScript.</summary>
    public IReadOnlyList<(string Name, int Index)> Sources => sources;

    /// <summary>An import in module <paramref name="referrer"/> (-1 when unknown) to a module number.</summary>
    public int Resolve(string specifier, int referrer)
    {
        if (specifier.StartsWith("cloudflare:", StringComparison.Ordinal) || specifier.StartsWith("node:", StringComparison.Ordinal))
        {
            return Builtin(specifier);
        }

        var from = names.GetValueOrDefault(referrer, "");
        var module = code.Find(Join(from, specifier)) ?? code.Find(specifier);
        if (module is null)
        {
            // Bare names of node's modules are what older bundles contain.
            return TryBuiltin("node:" + specifier) ?? throw JsException.Plain($"No such module \"{Join(from, specifier)}\".{(from.Length > 0 ? $"\n  imported from \"{from}\"" : "")}");
        }

        JsResult result = default;
        var index = Load(module, ref result);
        if (index >= 0) return index;
        throw result.Status == JsStatus.Terminated
            ? JsException.Plain("Execution was terminated.")
            : new JsException(JsErrorClass.SyntaxError, $"{isolate.Engine.DescribeError(result.Value.Local).Message} in \"{module.Name}\"");
    }

    /// <summary>Compiles a module, once; -1 with the error in <paramref name="result"/>.</summary>
    public int Load(ScriptModule module, ref JsResult result)
    {
        if (byName.TryGetValue(module.Name, out var known)) return known;
        var engine = isolate.Engine;
        int index;
        if (module.Kind == ModuleKind.EsModule)
        {
            index = code.Compile(engine, module, ref result);
            if (index < 0) return -1;
            sources.Add((module.Name, index));
        }
        else
        {
            if (Value(module, ref result) is not { } value) return -1;
            var exports = engine.NewObject();
            engine.SetProperty(exports, "default", value);
            index = engine.NewSyntheticModule(module.Name, exports);
        }

        byName[module.Name] = index;
        names[index] = module.Name;
        return index;
    }

    /// <summary>What <c>require</c> gives a CommonJS module: a value's default export, or an ES module's namespace.</summary>
    public JsLocal Require(string specifier, string referrer)
    {
        var engine = isolate.Engine;
        var index = Resolve(specifier, byName.GetValueOrDefault(referrer, -1));
        JsResult result = default;
        engine.InstantiateModule(index, ref result);
        if (result.Status == JsStatus.Ok) engine.EvaluateModule(index, ref result);
        if (result.Status != JsStatus.Ok) throw JsException.Plain(engine.DescribeError(result.Value.Local).Message);
        if (engine.PromiseState(result.Value.Local, out var reason) == false) throw JsException.Plain(engine.DescribeError(reason).Message);
        var exports = engine.ModuleNamespace(index);
        if (sources.Any(source => source.Index == index)) return exports;
        JsResult value = default;
        engine.GetProperty(exports, "default", ref value);
        return value.Value.Kind == JsKind.Undefined ? exports : value.Value.Local;
    }

    private static string Join(string referrer, string specifier)
    {
        if (specifier.StartsWith("file:///", StringComparison.Ordinal)) return specifier["file:///".Length..];
        if (specifier.StartsWith('/')) return specifier[1..];
        if (!specifier.StartsWith("./", StringComparison.Ordinal) && !specifier.StartsWith("../", StringComparison.Ordinal)) return specifier;
        var folder = referrer.LastIndexOf('/') is var slash and >= 0 ? referrer[..slash] : "";
        List<string> parts = [.. folder.Split('/', StringSplitOptions.RemoveEmptyEntries)];
        foreach (var part in specifier.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0) parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ""))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    private int Builtin(string specifier) =>
        TryBuiltin(specifier) ?? throw JsException.Plain(
            specifier.StartsWith("node:", StringComparison.Ordinal)
                ? $"No such module \"{specifier}\". There is no such Node.js module, or it is not enabled: see \"nodejs_compat\" and the compatibility date."
                : $"No such module \"{specifier}\".");

    private int? TryBuiltin(string specifier)
    {
        if (byName.TryGetValue(specifier, out var known)) return known;
        var engine = isolate.Engine;
        JsResult result = default;
        engine.CallHost(HostFunction.BuiltinModule, [engine.NewString(specifier)], ref result, microtasks: false);
        if (result.Status == JsStatus.Exception) throw JsException.Plain($"The module \"{specifier}\" failed: {engine.DescribeError(result.Value.Local).Message}");
        if (result.Status != JsStatus.Ok || result.Value.Kind != JsKind.Object) return null;
        var index = engine.NewSyntheticModule(specifier, result.Value.Local);
        byName[specifier] = index;
        names[index] = specifier;
        return index;
    }

    private JsLocal? Value(ScriptModule module, ref JsResult result)
    {
        var engine = isolate.Engine;
        var content = module.Content.Span;
        switch (module.Kind)
        {
            case ModuleKind.Text:
                return engine.NewStringUtf8(content);
            case ModuleKind.Data:
                var buffer = engine.NewArrayBuffer(content.Length, out var memory);
                content.CopyTo(memory);
                return buffer;
            case ModuleKind.Json:
                engine.ParseJson(content, ref result);
                return result.Status == JsStatus.Ok ? result.Value.Local : null;
            case ModuleKind.CompiledWasm:
                return code.Wasm(engine, module);
            case ModuleKind.CommonJs:
                engine.CompileFunction(module.Name, content, ["exports", "require", "module"], ref result);
                if (result.Status != JsStatus.Ok) return null;
                engine.CallHost(HostFunction.RunCommonJs, [result.Value.Local, engine.NewString(module.Name)], ref result, microtasks: false);
                return result.Status == JsStatus.Ok ? result.Value.Local : null;
            default:
                throw new InvalidOperationException($"Modules of kind {module.Kind} are compiled, not made.");
        }
    }
}
