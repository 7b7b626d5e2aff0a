using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workers;

/// <summary>Ops of CommonJS modules (<c>js/worker/common-js.ts</c>).</summary>
internal static unsafe class ModuleOps
{
    public static void Register(OpTable ops) => ops.Add("module_require", &Require);

    private static void Require(in OpCall call) =>
        call.Return(call.State<WorkerIsolate>().Modules!.Require(call[0].ToString(), call[1].ToString()));
}
