using System.Text.Json;
using Skep.Abstractions.Workflows;

namespace Skep.Runtime.Workflows;

/// <summary>What a run is told when it begins (<c>Task</c> in <c>js/workflows/run.ts</c>): JSON, and beside it the values that are not.</summary>
internal static class WorkflowHead
{
    public static byte[] Write(WorkflowTask task, List<byte[]> values)
    {
        using MemoryStream buffer = new();
        using (Utf8JsonWriter json = new(buffer))
        {
            json.WriteStartObject();
            json.WriteString("workflow", task.Definition.Name);
            json.WriteString("instance", task.Instance.Id);
            json.WriteNumber("created", task.Instance.CreatedOn.ToUnixTimeMilliseconds());
            json.WriteNumber("stepLimit", task.Definition.StepLimit);
            json.WriteStartObject("params");
            Write(json, task.Instance.Params, values);
            json.WriteEndObject();
            if (task.Instance.Rollback is { } rollback)
            {
                json.WriteStartObject("rollback");
                json.WriteString("name", rollback.Cause.Name);
                json.WriteString("message", rollback.Cause.Message);
                json.WriteBoolean("isTermination", rollback.IsTermination);
                json.WriteEndObject();
            }

            json.WriteStartArray("steps");
            foreach (var step in task.Steps) Write(json, step, values);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    /// <summary>A step as JavaScript writes it (<c>StepRecord</c>), its output excepted.</summary>
    public static WorkflowStep ReadStep(string text)
    {
        using var document = JsonDocument.Parse(text);
        var step = document.RootElement;
        return new WorkflowStep
        {
            Key = step.GetProperty("key").GetString()!,
            Name = step.GetProperty("name").GetString()!,
            Kind = Enum.Parse<WorkflowStepKind>(step.GetProperty("kind").GetString()!),
            Start = (long)step.GetProperty("start").GetDouble(),
            End = Milliseconds(step, "end"),
            Due = Milliseconds(step, "due"),
            EventType = Text(step, "eventType"),
            Config = Text(step, "config"),
            HasRollback = step.TryGetProperty("rollback", out var rollback) && rollback.GetBoolean(),
            Error = Failure(step),
            Attempts = step.TryGetProperty("attempts", out var attempts)
                ? [.. attempts.EnumerateArray().Select(each => new WorkflowAttempt((long)each.GetProperty("start").GetDouble(), (long)each.GetProperty("end").GetDouble(), Failure(each)))]
                : [],
        };
    }

    private static void Write(Utf8JsonWriter json, WorkflowStep step, List<byte[]> values)
    {
        json.WriteStartObject();
        json.WriteString("key", step.Key);
        json.WriteString("name", step.Name);
        json.WriteString("kind", step.Kind.ToString());
        json.WriteNumber("start", step.Start);
        if (step.End is { } end) json.WriteNumber("end", end);
        if (step.Due is { } due) json.WriteNumber("due", due);
        if (step.SentOn is { } sent) json.WriteNumber("sentOn", sent);
        if (step.EventType is { } type) json.WriteString("eventType", type);
        if (step.HasRollback) json.WriteBoolean("rollback", true);
        if (step.Output is { } output) Write(json, output, values);
        WriteFailure(json, step.Error);
        json.WriteStartArray("attempts");
        foreach (var attempt in step.Attempts)
        {
            json.WriteStartObject();
            json.WriteNumber("start", attempt.Start);
            json.WriteNumber("end", attempt.End);
            WriteFailure(json, attempt.Error);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, WorkflowValue value, List<byte[]> values)
    {
        if (value.Serialized is not { } bytes)
        {
            if (value.Json is { } text) json.WriteString("json", text);
            return;
        }

        json.WriteNumber("output", values.Count);
        values.Add(bytes);
    }

    private static void WriteFailure(Utf8JsonWriter json, WorkflowFailure? failure)
    {
        if (failure is null) return;
        json.WriteStartObject("error");
        json.WriteString("name", failure.Name);
        json.WriteString("message", failure.Message);
        json.WriteEndObject();
    }

    private static WorkflowFailure? Failure(JsonElement of) => of.TryGetProperty("error", out var error)
        ? new WorkflowFailure(error.GetProperty("name").GetString()!, error.GetProperty("message").GetString()!)
        : null;

    private static long? Milliseconds(JsonElement of, string name) => of.TryGetProperty(name, out var at) && at.ValueKind == JsonValueKind.Number ? (long)at.GetDouble() : null;

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var text) ? text.GetString() : null;
}
