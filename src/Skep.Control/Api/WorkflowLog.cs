using System.Text.Json.Nodes;
using Skep.Abstractions.Workflows;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Instances and what they have done, as the API shows them.</summary>
internal static class WorkflowLog
{
    private const string Redacted = "[REDACTED]";

    public static JsonObject Summarise(WorkflowDefinition workflow, WorkflowInstance instance) => new()
    {
        ["id"] = instance.Id,
        ["created_on"] = ApiTime.Text(instance.CreatedOn),
        ["modified_on"] = ApiTime.Text(instance.ModifiedOn),
        ["started_on"] = Time(instance.StartedOn),
        ["ended_on"] = Time(instance.EndedOn),
        ["workflow_id"] = workflow.Id,
        ["version_id"] = instance.VersionId ?? "",
        ["status"] = WorkflowStatusNames.Of(instance.Status),
    };

    public static JsonObject Describe(WorkflowInstance instance, IReadOnlyList<WorkflowStep> steps)
    {
        JsonArray shown = [.. steps.Select(Describe)];
        if (instance.Status == WorkflowStatus.Terminated) shown.Add(new JsonObject { ["type"] = "termination", ["trigger"] = new JsonObject { ["source"] = "user" } });
        return new JsonObject
        {
            ["status"] = WorkflowStatusNames.Of(instance.Status),
            ["params"] = Value(instance.Params) ?? new JsonObject(),
            ["trigger"] = new JsonObject { ["source"] = instance.Trigger },
            ["versionId"] = instance.VersionId ?? "",
            ["queued"] = ApiTime.Text(instance.CreatedOn),
            ["start"] = Time(instance.StartedOn),
            ["end"] = Time(instance.EndedOn),
            ["steps"] = shown,
            ["step_count"] = steps.Count,
            ["success"] = instance.Status.IsFinal() ? instance.Status == WorkflowStatus.Complete : null,
            ["error"] = Error(instance.Error),
            ["output"] = Value(instance.Output),
            ["rollback"] = instance.Rollback is { IsComplete: { } isComplete } rollback ? new JsonObject { ["outcome"] = isComplete ? "complete" : "failed", ["error"] = Error(rollback.Error) } : null,
        };
    }

    private static JsonNode Describe(WorkflowStep step) => step.Kind switch
    {
        WorkflowStepKind.Sleep => new JsonObject
        {
            ["type"] = "sleep", ["name"] = step.Key, ["start"] = Time(step.Start), ["end"] = Time(step.End ?? step.Due), ["finished"] = step.End is not null, ["error"] = null,
        },
        WorkflowStepKind.WaitForEvent => new JsonObject
        {
            ["type"] = "waitForEvent", ["name"] = step.Key, ["start"] = Time(step.Start), ["end"] = Time(step.End ?? step.Due), ["finished"] = step.End is not null,
            ["error"] = Error(step.Error), ["output"] = Value(step.Output),
        },
        _ => new JsonObject
        {
            ["type"] = "step", ["name"] = step.Kind == WorkflowStepKind.Rollback ? $"rollback: {step.Key[WorkflowStep.RollbackPrefix.Length..]}" : step.Key, ["start"] = Time(step.Start), ["end"] = Time(step.End),
            ["attempts"] = new JsonArray([.. step.Attempts.Select(attempt => new JsonObject
            {
                ["start"] = Time(attempt.Start), ["end"] = Time(attempt.End), ["success"] = attempt.Error is null, ["error"] = Error(attempt.Error),
            })]),
            ["config"] = step.Config is null ? new JsonObject() : JsonNode.Parse(step.Config),
            ["output"] = step.Output is not null && IsSensitive(step) ? Redacted : Value(step.Output),
            ["success"] = step.End is null ? null : step.Error is null,
        },
    };

    private static bool IsSensitive(WorkflowStep step) => step.Config is { } config && JsonNode.Parse(config)?["sensitive"]?.ToString() == "output";

    // What has no JSON form is said to be there.
    private static JsonNode? Value(WorkflowValue? value) => value switch
    {
        null => null,
        { Json: { } json } => JsonNode.Parse(json),
        { Serialized.Length: var length } => $"[{length} bytes that have no JSON form]",
        _ => null,
    };

    private static JsonObject? Error(WorkflowFailure? failure) => failure is null ? null : new JsonObject { ["name"] = failure.Name, ["message"] = failure.Message };

    private static JsonNode? Time(DateTimeOffset? at) => at is { } moment ? ApiTime.Text(moment) : null;

    private static JsonNode? Time(long? milliseconds) => milliseconds is { } at ? ApiTime.Text(DateTimeOffset.FromUnixTimeMilliseconds(at)) : null;
}
