using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Text.Json;
using Skep.V8;

namespace Skep.Runtime.Node;

/// <summary>The modules of <c>node:*</c> (<c>js/node/lib</c> and the parts of Node.js that it builds on): texts that an isolate
/// compiles when a worker first needs them. Their memory is native and shared by all isolates; so are V8's code caches.</summary>
/// <remarks>The file that <c>js/node/build.mjs</c> writes: a line of JSON, <c>{"id": length, …}</c>, then the texts in that order, in ASCII.</remarks>
internal sealed unsafe class NodeLibrary
{
    private static readonly string[] Parameters = ["exports", "require", "module", "process", "internalBinding", "primordials"];

    private readonly Dictionary<string, Source> sources = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, byte[]> caches = new(StringComparer.Ordinal);

    private NodeLibrary(string path)
    {
        var file = File.ReadAllBytes(path);
        var end = Array.IndexOf(file, (byte)'\n');
        if (end < 0) throw new InvalidOperationException($"{path} is no library of Node.js modules: build it again with build/setup.sh.");
        // Never freed: functions of any isolate may refer to the text.
        var texts = (byte*)NativeMemory.Alloc((nuint)(file.Length - end - 1));
        file.AsSpan(end + 1).CopyTo(new Span<byte>(texts, file.Length - end - 1));
        using var index = JsonDocument.Parse(file.AsMemory(0, end));
        var at = 0;
        foreach (var entry in index.RootElement.EnumerateObject())
        {
            var length = entry.Value.GetInt32();
            sources[entry.Name] = new Source((nint)(texts + at), length);
            at += length;
        }
    }

    /// <summary>Reads the file; null when there is none.</summary>
    public static NodeLibrary? Load(string path) => File.Exists(path) ? new NodeLibrary(path) : null;

    /// <summary>The function of a module; false when there is no module of that name.</summary>
    public bool TryCompile(Isolate engine, string id, ref JsResult result)
    {
        if (!sources.TryGetValue(id, out var source)) return false;
        var cache = caches.GetValueOrDefault(id, []);
        engine.CompileSharedFunction("node:" + id, (byte*)source.Text, source.Length, Parameters, cache, ref result);
        return true;
    }

    /// <summary>A code cache of the module is kept.</summary>
    public bool HasCache(string id) => caches.ContainsKey(id);

    /// <summary>Keeps a code cache of a module that has run, if none is kept yet.</summary>
    public void Keep(Isolate engine, string id, JsLocal function)
    {
        if (sources.ContainsKey(id) && !caches.ContainsKey(id)) caches.TryAdd(id, engine.CreateCodeCache(function));
    }

    private readonly record struct Source(nint Text, int Length);
}
