using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Loading;
using Skep.Runtime.Objects.Storage;
using Skep.Runtime.Services;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>Ops of <c>js/durable-objects/facets.ts</c>. The first argument is the object's number.</summary>
internal static unsafe class FacetOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("facet_use", &Use);
        ops.Add("facet_start", &Start);
        ops.Add("facet_fail", &Fail);
        ops.Add("facet_abort", &Abort);
        ops.Add("facet_delete", &Delete);
    }

    private static void Use(in OpCall call)
    {
        var (instance, isolate) = (ObjectOps.Instance(in call), call.State<WorkerIsolate>());
        try
        {
            var facet = instance.OwnFacets.Use(call[1].ToString(), out var isNew);
            if (facet.Number == 0) facet.Number = ServiceTargets.Of(isolate).Add(new FacetTarget(facet), instance);
            call.Return(isolate.Engine.NewArray([facet.Number, isNew]));
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static void Start(in OpCall call)
    {
        var (instance, isolate) = (ObjectOps.Instance(in call), call.State<WorkerIsolate>());
        var facet = Find(in call, instance);
        FacetStart start = new(
            call[3].ToString(),
            call[4].Kind == JsKind.Bytes ? new CallerProps(null, call[4].Bytes.ToArray()) : null,
            new FacetId(call[5].ToString(), Text(call[6]), Text(call[7]), call[8].Boolean));
        if (call[2].Kind != JsKind.Int32)
        {
            facet.Begin(instance.Worker, start);
            return;
        }

        // The instance holds the worker as long as it lasts itself.
        var loaded = LoaderTable.Of(isolate).Find(call[2].Int32, instance).Worker;
        if (loaded.Deliver(worker => Begin(facet, worker, start)) is { } gone) End(instance, facet, gone);
    }

    private static void Begin(FacetObject facet, IWorker loaded, FacetStart start)
    {
        if (loaded is Worker running) facet.Begin(running, start);
        else facet.OnReset(((RefusingWorker)loaded).Error);
    }

    private static void Fail(in OpCall call)
    {
        var instance = ObjectOps.Instance(in call);
        End(instance, Find(in call, instance), call.State<WorkerIsolate>().Describe(call[2].Local));
    }

    private static void End(ObjectInstance instance, FacetObject facet, WorkerError error)
    {
        instance.OwnFacets.Forget(facet);
        facet.Abort(error);
    }

    private static void Abort(in OpCall call) =>
        ObjectOps.Instance(in call).OwnFacets.Abort(call[1].ToString(), call.State<WorkerIsolate>().Describe(call[2].Local));

    private static void Delete(in OpCall call)
    {
        try
        {
            ObjectOps.Instance(in call).OwnFacets.Delete(call[1].ToString());
        }
        catch (ObjectStorageException failure)
        {
            throw StorageErrors.ToJs(failure);
        }
    }

    private static FacetObject Find(in OpCall call, ObjectInstance instance) =>
        ((FacetTarget)ServiceTargets.Of(call.State<WorkerIsolate>()).Find(call[1].Int32, instance)).Facet;

    private static string? Text(JsValue value) => value.Kind == JsKind.String ? value.ToString() : null;
}
