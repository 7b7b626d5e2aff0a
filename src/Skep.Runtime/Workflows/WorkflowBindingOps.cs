using System.Text.Json;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workflows;

/// <summary>Ops of the bindings to Workflows (<c>js/workflows/ops.ts</c>). JavaScript names a Workflow by its binding's place among the
/// version's bindings.</summary>
internal static class WorkflowBindingOps
{
    public static unsafe void Register(OpTable ops)
    {
        ops.Add("workflow_create", &Create);
        ops.Add("workflow_status", &Status);
        ops.Add("workflow_change", &Change);
        ops.Add("workflow_send_event", &SendEvent);
        ops.Add("workflow_delete", &Delete);
    }

    private static void Create(in OpCall call)
    {
        var (store, workflow) = Begin(in call);
        using var heads = JsonDocument.Parse(call[1].ToString());
        var bytes = call[2].Bytes;
        List<NewWorkflowInstance> instances = [];
        foreach (var head in heads.RootElement.EnumerateArray())
        {
            var length = head.GetProperty("length").GetInt32();
            instances.Add(new NewWorkflowInstance(head.GetProperty("id").GetString(), new WorkflowValue(bytes[..length].ToArray(), head.GetProperty("json").GetString())));
            bytes = bytes[length..];
        }

        new WorkflowOp<IReadOnlyList<string?>>(static (isolate, ids) => isolate.Engine.NewStringArray([.. ids.Select(id => id ?? "")]))
            .Start(in call, () => store.CreateAsync(workflow, instances, "binding"));
    }

    private static void Status(in OpCall call)
    {
        var (store, workflow) = Begin(in call);
        var id = call[1].ToString();
        new WorkflowOp<WorkflowInstance>(static (isolate, instance) =>
            isolate.Engine.NewArray([isolate.Engine.NewStringUtf8(Describe(instance)), WorkflowInvocation.NewBytes(isolate, instance.Output?.Serialized)])).Start(in call, () => store.GetAsync(workflow, id));
    }

    private static void Change(in OpCall call)
    {
        var (store, workflow) = Begin(in call);
        var (id, change) = (call[1].ToString(), Enum.Parse<WorkflowChange>(call[2].ToString(), ignoreCase: true));
        new WorkflowOp<bool>(static (_, _) => JsArgument.Undefined).Start(in call, () => DoneAsync(store.ChangeAsync(workflow, id, change)));
    }

    private static void SendEvent(in OpCall call)
    {
        var (store, workflow) = Begin(in call);
        var (id, type) = (call[1].ToString(), call[2].ToString());
        WorkflowValue payload = new(call[3].Bytes.ToArray(), call[4].Kind == JsKind.String ? call[4].ToString() : null);
        new WorkflowOp<bool>(static (_, _) => JsArgument.Undefined).Start(in call, () => DoneAsync(store.SendEventAsync(workflow, id, type, payload)));
    }

    private static void Delete(in OpCall call)
    {
        var (store, workflow) = Begin(in call);
        var ids = call[1].ToStringArray();
        new WorkflowOp<IReadOnlyList<bool>>(static (isolate, found) => isolate.Engine.NewStringArray([.. found.Select(each => each ? "1" : "")]))
            .Start(in call, () => store.DeleteAsync(workflow, ids));
    }

    private static byte[] Describe(WorkflowInstance instance)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("status", WorkflowStatusNames.Of(instance.Status));
            if (instance.Error is { } error)
            {
                json.WriteStartObject("error");
                json.WriteString("name", error.Name);
                json.WriteString("message", error.Message);
                json.WriteEndObject();
            }

            if (instance.Output is { Serialized: null, Json: { } output }) json.WriteString("json", output);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static (IWorkflowStore Store, string Workflow) Begin(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        isolate.RequireInvocation().CountServiceOperation();
        var worker = isolate.Worker;
        var place = call[0].Int32;
        return place >= 0 && place < worker.Version.Bindings.Length && worker.Version.Bindings[place] is WorkflowBinding binding
            ? (worker.Services.Workflows!.Store, binding.Workflow)
            : throw JsException.Type("There is no such Workflow.");
    }

    private static async ValueTask<bool> DoneAsync(ValueTask work)
    {
        await work.ConfigureAwait(false);
        return true;
    }
}
