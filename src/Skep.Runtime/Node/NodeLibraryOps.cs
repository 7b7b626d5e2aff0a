using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Node;

/// <summary>Ops of the loader of <c>node:*</c> modules (<c>js/node/loader.ts</c>).</summary>
internal static unsafe class NodeLibraryOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("node_compile", &Compile);
        ops.Add("node_compiled", &Compiled);
    }

    private static void Compile(in OpCall call)
    {
        if (call.State<WorkerIsolate>().Worker.Runtime.NodeLibrary is not { } library) return;
        var id = call[0].ToString();
        JsResult result = default;
        if (!library.TryCompile(call.Isolate, id, ref result)) return;
        if (result.Status != JsStatus.Ok) throw JsException.Plain($"node:{id} cannot be compiled: {call.Isolate.DescribeError(result.Value.Local).Message}");
        if (!library.HasCache(id)) call.State<WorkerIsolate>().NodeFunctions[id] = call.Isolate.Keep(result.Value.Local);
        call.Return(result.Value.Local);
    }

    // All isolates use the cache: the function is the one that was compiled here, not one that JavaScript brings.
    private static void Compiled(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var id = call[0].ToString();
        if (!isolate.NodeFunctions.Remove(id, out var handle)) return;
        isolate.Worker.Runtime.NodeLibrary!.Keep(call.Isolate, id, call.Isolate.Get(handle));
        call.Isolate.Free(handle);
    }
}
