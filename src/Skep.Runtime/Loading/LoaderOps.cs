using System.Runtime.InteropServices;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.Runtime.Services;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Loading;

/// <summary>Ops of worker loaders (<c>js/loader/ops.ts</c>).</summary>
internal static unsafe class LoaderOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("loader_get", &Get);
        ops.Add("loader_module", &Module);
        ops.Add("loader_start", &Start);
        ops.Add("loader_fail", &Fail);
        ops.Add("loader_entrypoint", &Entrypoint);
        ops.Add("loader_environment", &Environment);
    }

    /// <summary>Where the worker's own requests go; the numbers are those of <c>js/loader/ops.ts</c>.</summary>
    private enum OutboundKind
    {
        Inherited,
        None,
        Target,
    }

    private static void Get(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        _ = call.Binding<WorkerLoaderBinding>();
        var place = call[0].Int32;
        var table = LoaderTable.Of(isolate);
        (int Loader, string Name)? key = call[1].Kind == JsKind.String ? (place, call[1].ToString()) : null;
        if (key is { } asked && table.FindHeld(asked, invocation) is { } held)
        {
            call.Return(isolate.Engine.NewArray([held, false]));
            return;
        }

        table.CheckRoom(invocation);
        var worker = LoadedWorkers.Of(isolate.Worker).Hold(place, key?.Name, invocation, out var isWanted);
        call.Return(isolate.Engine.NewArray([table.Add(worker, invocation, key), isWanted]));
    }

    private static void Module(in OpCall call)
    {
        var entry = FindEntry(in call);
        var content = call[3].Kind == JsKind.Bytes ? call[3].Bytes.ToArray() : Encoding.UTF8.GetBytes(call[3].ToString());
        (entry.Code ??= new LoadedCode()).Add(call[1].ToString(), (ModuleKind)call[2].Int32, content);
    }

    private static void Start(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var (entry, parent) = (FindEntry(in call), isolate.Worker);
        var code = entry.Code ?? new LoadedCode();
        entry.Code = null;
        var outbound = (OutboundKind)call[7].Int32 switch
        {
            OutboundKind.None => NoOutbound.Instance,
            OutboundKind.Target => new WorkerOutbound(FindTarget(isolate, call[8].Int32)),
            _ => isolate.RequireInvocation().Outbound,
        };
        List<ServiceTarget> tails = [];
        foreach (var number in MemoryMarshal.Cast<byte, int>(call[9].Bytes)) tails.Add(FindTarget(isolate, number));
        var version = code.ToVersion(
            parent,
            entry.Worker.Name,
            call[1].ToString(),
            call[2].ToString(),
            call[3].ToStringArray(),
            call[4].Boolean,
            LoadedCode.Environment(isolate, call[5], call[6]),
            call[10].IsNumber ? TimeSpan.FromMilliseconds(call[10].Number) : null,
            call[11].IsNumber ? call[11].Int32 : null);
        var services = LoadedCode.ServicesOf(parent, outbound, tails);
        // Others may ask for it by its name: what the code and its environment say has left the worker.
        isolate.RequireInvocation().Send(error =>
        {
            if (error is null) _ = entry.Worker.StartAsync(() => parent.Runtime.LoadAsync(version, services).AsTask());
            else entry.Worker.Fail(error);
        });
    }

    // When the invocation is gone, it was told by that.
    private static void Fail(in OpCall call) =>
        LoaderTable.Of(call.State<WorkerIsolate>()).TryFind(call[0].Int32)?.Worker.Fail(new WorkerError(WorkerErrorCode.Exception, call[1].ToString()));

    private static void Entrypoint(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var name = call[1].ToString();
        LoadedTarget target = new(
            FindEntry(in call).Worker, name.Length == 0 ? null : name, call[2].Kind == JsKind.Bytes ? new CallerProps(null, call[2].Bytes.ToArray()) : null)
        {
            Terms = call[3].IsNumber || call[4].IsNumber
                ? new InvocationTerms { CpuTime = call[3].IsNumber ? TimeSpan.FromMilliseconds(call[3].Number) : null, Subrequests = call[4].IsNumber ? call[4].Int32 : null }
                : null,
        };
        call.Return(ServiceTargets.Of(isolate).Add(target, isolate.RequireInvocation()));
    }

    private static void Environment(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var given = (EnvironmentBinding)isolate.Worker.Version.Bindings[call[0].Int32];
        if (given.Bytes.IsEmpty)
        {
            call.ReturnNull();
            return;
        }

        var bytes = isolate.Engine.NewBytes(given.Bytes.Length, out var memory);
        given.Bytes.Span.CopyTo(memory);
        var numbers = given.Import(isolate);
        var attachments = isolate.Engine.NewBytes(numbers.Length, out memory);
        numbers.CopyTo(memory);
        call.Return(isolate.Engine.NewArray([bytes, attachments]));
    }

    private static LoaderTable.Entry FindEntry(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        return LoaderTable.Of(isolate).Find(call[0].Int32, isolate.RequireInvocation());
    }

    private static ServiceTarget FindTarget(WorkerIsolate isolate, int number) => ServiceTargets.Of(isolate).Find(number, isolate.RequireInvocation());
}
