using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.Workflows;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>What requests say about Workflows.</summary>
internal static class WorkflowRequests
{
    /// <summary>An instance to be made.</summary>
    public static NewWorkflowInstance Instance(JsonObject body) =>
        new(body.OptionalString("instance_id"), new WorkflowValue(null, body["params"]?.ToJsonString() ?? "{}"), Retention(body, "instance_retention"));

    /// <summary>How long instances are kept; null when nothing is said.</summary>
    public static WorkflowRetention? Retention(JsonObject body, string name) => body.OptionalObject(name) is { } retention
        ? new WorkflowRetention(Duration(retention, "success_retention", name), Duration(retention, "error_retention", name))
        : null;

    /// <summary>How an instance is changed; null when nothing is said.</summary>
    public static WorkflowChangeOptions? Options(JsonObject body, WorkflowChange change)
    {
        var from = body.OptionalObject("from");
        if (from is not null && change != WorkflowChange.Restart) throw ApiException.BadRequest("'from' is only valid when restarting.");
        var rollback = body["rollback"];
        if (rollback is not null && change != WorkflowChange.Terminate) throw ApiException.BadRequest("'rollback' is only valid when terminating.");
        if (rollback is not null && rollback.GetValueKind() is not (JsonValueKind.True or JsonValueKind.False)) throw ApiException.BadRequest("\"rollback\" must be true or false.");
        return from is null && rollback is null ? null : new WorkflowChangeOptions(from is null ? null : Step(from), rollback?.GetValueKind() == JsonValueKind.True);
    }

    /// <summary>A time of the query, or null.</summary>
    public static DateTimeOffset? Time(ApiRequest request, string name) => request.Query(name) is not { } text
        ? null
        : DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? time
            : throw ApiException.BadRequest($"\"{name}\" must be a time such as 2026-01-31T13:00:00Z, but is \"{text}\".");

    private static WorkflowStepReference Step(JsonObject from)
    {
        var type = from.OptionalString("type") ?? "do";
        var count = from.OptionalNumber("count") ?? 1;
        if (!WorkflowStepReference.Kinds.TryGetValue(type, out var kind)) throw ApiException.BadRequest($"\"from.type\" must be {string.Join(", ", WorkflowStepReference.Kinds.Keys)}, not \"{type}\".");
        if (count is < 1 or > WorkflowRules.MostSteps || count % 1 != 0) throw ApiException.BadRequest("\"from.count\" must be a positive integer.");
        return new WorkflowStepReference(from.RequiredString("name"), (int)count, kind);
    }

    private static double? Duration(JsonObject retention, string name, string of) => retention[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.GetValue<double>(),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && WorkflowDuration.Parse(value.GetValue<string>()) is { } milliseconds => milliseconds,
        var other => throw ApiException.BadRequest($"\"{of}.{name}\" must be milliseconds or a text such as \"3 days\", but is {other.ToJsonString()}."),
    };
}
