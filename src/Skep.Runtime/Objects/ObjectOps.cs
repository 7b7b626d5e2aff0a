using Skep.Runtime.Isolates;
using Skep.Runtime.Services;
using Skep.V8;

namespace Skep.Runtime.Objects;

/// <summary>Ops of <c>js/durable-objects</c>.</summary>
internal static unsafe class ObjectOps
{
    private static readonly string?[] Jurisdictions = [null, "eu", "fedramp", "fedramp-high", "us"];

    public static void Register(OpTable ops)
    {
        ops.Add("object_id_from_name", &IdFromName);
        ops.Add("object_id_new", &NewId);
        ops.Add("object_id_read", &ReadId);
        ops.Add("object_block", &Block);
        ops.Add("object_section_end", &EndSection);
        ops.Add("object_reset", &Reset);
        ObjectSocketOps.Register(ops);
        FacetOps.Register(ops);
    }

    /// <summary>The object whose code calls.</summary>
    public static ObjectInstance Instance(in OpCall call) =>
        call.State<WorkerIsolate>().RequireInvocation() as ObjectInstance is { } instance && instance.Id == call[0].Int32
            ? instance
            : throw JsException.Plain("Cannot perform I/O on behalf of a different Durable Object. I/O objects (such as streams, request/response bodies, and others) created in the context of one Durable Object cannot be accessed from a different Durable Object in the same isolate. This is a limitation of Cloudflare Workers which allows us to improve overall performance.");

    private static string NamespaceOf(in OpCall call) =>
        ServiceTarget.FindNamespace(call.State<WorkerIsolate>().Worker, call[0].ToString()) ?? throw JsException.Type("There is no such Durable Object namespace.");

    private static string? Jurisdiction(in OpCall call, int at)
    {
        if (call[at].Kind != JsKind.String) return null;
        var name = call[at].ToString();
        return Array.IndexOf(Jurisdictions, name) > 0 ? name : throw JsException.Type($"Invalid jurisdiction: {name}");
    }

    private static void IdFromName(in OpCall call) => call.Return(ObjectIds.FromName(NamespaceOf(in call), Jurisdiction(in call, 1), call[2].ToString()));

    private static void NewId(in OpCall call) => call.Return(ObjectIds.New(NamespaceOf(in call), Jurisdiction(in call, 1)));

    // The jurisdiction that the id has; an empty string for none, undefined when the namespace did not make it.
    private static void ReadId(in OpCall call)
    {
        var namespaceId = NamespaceOf(in call);
        var text = call[1].ToString();
        foreach (var each in Jurisdictions)
        {
            if (!ObjectIds.IsOf(namespaceId, each, text)) continue;
            call.Return(each ?? "");
            return;
        }
    }

    private static void Block(in OpCall call) => call.Return(Instance(in call).BlockConcurrency(call.State<WorkerIsolate>()));

    private static void EndSection(in OpCall call) => Instance(in call).EndSection(call[1].Int32);

    private static void Reset(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var instance = Instance(in call);
        var error = call[1].Kind == JsKind.String ? ObjectErrors.Reset($"Error: {call[1].ToString()}") : isolate.Describe(call[1].Local) with { IsObjectReset = true };
        instance.Break(error);
    }
}
