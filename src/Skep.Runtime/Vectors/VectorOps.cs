using Skep.Abstractions.Vectors;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Vectors;

/// <summary>The op of Vectorize indexes (<c>js/vectorize/ops.ts</c>).</summary>
internal static class VectorOps
{
    // What errors call the operations.
    private static readonly string[] Names = ["INDEX_GET", "VECTOR_QUERY", "VECTOR_INSERT", "VECTOR_UPSERT", "VECTOR_GET", "VECTOR_DELETE"];

    public static unsafe void Register(OpTable ops) => ops.Add("vector_call", &Call);

    private static void Call(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var worker = isolate.Worker;
        var binding = call.Binding<VectorizeBinding>();
        var operation = call[1].Int32;
        if (operation < 0 || operation >= Names.Length) throw JsException.Type("Illegal invocation");
        invocation.CountServiceOperation();
        worker.Meter?.Counter(operation is (int)VectorOperation.Insert or (int)VectorOperation.Upsert or (int)VectorOperation.DeleteByIds ? "vectorize.mutations" : "vectorize.queries").Add(1);
        var request = new byte[call[2].Utf8Length];
        _ = call[2].CopyUtf8(request);
        new ServiceOp<ReadOnlyMemory<byte>>(static (isolate, answer) => isolate.Engine.NewStringUtf8(answer.Span))
            .Start(in call, () => CallAsync(worker.Services.Vectors!, binding.Index, (VectorOperation)operation, request));
    }

    private static async ValueTask<ReadOnlyMemory<byte>> CallAsync(IVectorStore store, string index, VectorOperation operation, byte[] request)
    {
        try
        {
            return await store.CallAsync(index, operation, request).ConfigureAwait(false);
        }
        catch (VectorException refused)
        {
            throw JsException.Plain($"{Names[(int)operation]}_ERROR (code = {refused.Code}): {refused.Message}");
        }
    }
}
