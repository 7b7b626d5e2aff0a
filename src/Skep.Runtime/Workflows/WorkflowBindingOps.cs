using System.Text.Json;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
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
            WorkflowRetention? retention = head.TryGetProperty("retention", out var given) ? new WorkflowRetention(Milliseconds(given, "success"), Milliseconds(given, "error")) : null;
            instances.Add(new NewWorkflowInstance(head.GetProperty("id").GetString(), new WorkflowValue(bytes[..length].ToArray(), head.GetProperty("json").GetString()), retention));
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
        var options = call[3].Kind == JsKind.String ? ReadOptions(call[3].ToString()) : null;
        new WorkflowOp<bool>(static (_, _) => JsArgument.Undefined).Start(in call, () => DoneAsync(store.ChangeAsync(workflow, id, change, options)));
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
            if (instance.Error is { } error) Write(json, error);

            if (instance.Rollback is { IsComplete: { } isComplete } rollback)
            {
                json.WriteStartObject("rollback");
                json.WriteString("outcome", isComplete ? "complete" : "failed");
                if (rollback.Error is { } thrown) Write(json, thrown);
                json.WriteEndObject();
            }

            if (instance.Output is { Serialized: null, Json: { } output }) json.WriteString("json", output);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static void Write(Utf8JsonWriter json, WorkflowFailure error)
    {
        json.WriteStartObject("error");
        json.WriteString("name", error.Name);
        json.WriteString("message", error.Message);
        json.WriteEndObject();
    }

    private static WorkflowChangeOptions ReadOptions(string text)
    {
        using var options = JsonDocument.Parse(text);
        var from = options.RootElement.TryGetProperty("from", out var step)
            ? new WorkflowStepReference(step.GetProperty("name").GetString()!, step.GetProperty("count").GetInt32(), WorkflowStepReference.Kinds[step.GetProperty("type").GetString()!])
            : null;
        return new WorkflowChangeOptions(from, options.RootElement.TryGetProperty("rollback", out _));
    }

    private static double? Milliseconds(JsonElement of, string name) => of.TryGetProperty(name, out var given) ? given.GetDouble() : null;

    private static (IWorkflowStore Store, string Workflow) Begin(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        isolate.RequireInvocation().CountServiceOperation();
        return (isolate.Worker.Services.Workflows!.Store, call.Binding<WorkflowBinding>().Workflow);
    }

    private static async ValueTask<bool> DoneAsync(ValueTask work)
    {
        await work.ConfigureAwait(false);
        return true;
    }
}
