using System.Text.Json;
using Skep.Abstractions.Workflows;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Workflows;

/// <summary>The steps of an instance, and the events that wait for it. Callers hold the database.</summary>
internal static class StepRows
{
    /// <summary>All, in the order they began in.</summary>
    public static List<WorkflowStep> Of(SqliteDatabase database, long instance)
    {
        var rows = database.Prepare("SELECT record FROM step WHERE instance = ? ORDER BY place").Bind(1, instance);
        List<WorkflowStep> steps = [];
        while (rows.Step()) steps.Add(JsonSerializer.Deserialize(rows.Blob(0), WorkflowRecords.Default.WorkflowStep)!);
        rows.Reset();
        return steps;
    }

    /// <summary>Keeps what is known of a step; returns by how many bytes the instance has grown.</summary>
    public static long Put(SqliteDatabase database, long instance, WorkflowStep step)
    {
        var record = JsonSerializer.Serialize(step, WorkflowRecords.Default.WorkflowStep);
        var known = database.Prepare("SELECT bytes FROM step WHERE instance = ? AND key = ?").Bind(1, instance).Bind(2, step.Key);
        var before = known.Step() ? known.Int64(0) : 0;
        known.Reset();
        var put = database.Prepare(
            """
            INSERT INTO step (instance, key, place, ended, due, event_type, bytes, record)
            VALUES (?1, ?2, (SELECT coalesce(max(place), 0) + 1 FROM step WHERE instance = ?1), ?3, ?4, ?5, ?6, ?7)
            ON CONFLICT DO UPDATE SET ended = excluded.ended, due = excluded.due, event_type = excluded.event_type, bytes = excluded.bytes, record = excluded.record
            """);
        put.Bind(1, instance).Bind(2, step.Key).Bind(3, step.End is null ? 0 : 1).Bind(6, record.Length).Bind(7, record);
        if (step is { End: null, Due: { } due }) put.Bind(4, due);
        if (step is { End: null, EventType: { } type }) put.Bind(5, type);
        put.Run();
        return record.Length - before;
    }

    /// <summary>The oldest event of a type, which is there no more then; null when there is none.</summary>
    public static (WorkflowValue Payload, long SentOn)? TakeEvent(SqliteDatabase database, long instance, string type)
    {
        var first = database.Prepare("DELETE FROM event WHERE number = (SELECT number FROM event WHERE instance = ? AND type = ? ORDER BY number LIMIT 1) RETURNING sent, record")
            .Bind(1, instance).Bind(2, type);
        (WorkflowValue, long)? taken = null;
        while (first.Step()) taken = (JsonSerializer.Deserialize(first.Blob(1), WorkflowRecords.Default.WorkflowValue)!, first.Int64(0));
        first.Reset();
        return taken;
    }

    public static void AddEvent(SqliteDatabase database, long instance, string type, long sent, WorkflowValue payload) =>
        database.Prepare("INSERT INTO event (instance, type, sent, record) VALUES (?, ?, ?, ?)")
            .Bind(1, instance).Bind(2, type).Bind(3, sent).Bind(4, JsonSerializer.Serialize(payload, WorkflowRecords.Default.WorkflowValue)).Run();

    /// <summary>When a waiting instance goes on: at once when an event has come that a step waits for, else when the first step is due; null
    /// when nothing will happen by itself.</summary>
    public static long? Due(SqliteDatabase database, long instance)
    {
        var next = database.Prepare(
            """
            SELECT min(CASE WHEN event_type IS NOT NULL AND EXISTS (SELECT 1 FROM event WHERE event.instance = step.instance AND event.type = step.event_type) THEN 0 ELSE due END)
            FROM step WHERE instance = ? AND ended = 0
            """).Bind(1, instance);
        next.Step();
        long? due = next.IsNull(0) ? null : next.Int64(0);
        next.Reset();
        return due;
    }

    /// <summary>When the next attempt at undoing a step is due: nothing else counts when an instance is rolled back.</summary>
    public static long? RollbackDue(SqliteDatabase database, long instance)
    {
        var next = database.Prepare("SELECT min(due) FROM step WHERE instance = ? AND ended = 0 AND key LIKE ?").Bind(1, instance).Bind(2, $"{WorkflowStep.RollbackPrefix}%");
        next.Step();
        long? due = next.IsNull(0) ? null : next.Int64(0);
        next.Reset();
        return due;
    }

    /// <summary>Whether there is anything to undo.</summary>
    public static bool CanRollBack(SqliteDatabase database, long instance) => Of(database, instance).Any(step => step.HasRollback);

    /// <summary>What became of undoing an instance's steps.</summary>
    public static WorkflowRollback Rollback(SqliteDatabase database, long instance, WorkflowRollback rollback, WorkflowFailure? failure)
    {
        var steps = Of(database, instance);
        var undone = steps.Where(step => step.Kind == WorkflowStepKind.Rollback).ToDictionary(step => step.Key, StringComparer.Ordinal);
        var error = undone.Values.FirstOrDefault(step => step.Error is not null)?.Error;
        var isComplete = error is null && steps.Where(step => step.HasRollback).All(step => undone.GetValueOrDefault(WorkflowStep.RollbackPrefix + step.Key)?.End is not null);
        return rollback with { IsComplete = isComplete, Error = isComplete ? null : error ?? failure };
    }

    /// <summary>Forgets steps, from one on or all, and events; returns the bytes of what is kept.</summary>
    /// <exception cref="WorkflowException">There is no such step.</exception>
    public static long Clear(SqliteDatabase database, long instance, WorkflowStepReference? from)
    {
        database.Prepare("DELETE FROM event WHERE instance = ?").Bind(1, instance).Run();
        if (from is null)
        {
            database.Prepare("DELETE FROM step WHERE instance = ?").Bind(1, instance).Run();
            return 0;
        }

        // In the order that they began in; those of parallel branches are recorded as they end.
        WorkflowStep[] steps = [.. Of(database, instance).OrderBy(step => step.Start)];
        var first = steps.Where(step => step.Kind == from.Kind && step.Name == from.Name).Skip(from.Count - 1).FirstOrDefault()
            ?? throw new WorkflowException(WorkflowProblem.WrongState, $"Step \"{from.Name}\" not found in execution history");
        foreach (var step in steps.SkipWhile(step => step != first).Concat(steps.Where(step => step.Kind == WorkflowStepKind.Rollback)).Distinct())
            database.Prepare("DELETE FROM step WHERE instance = ? AND key = ?").Bind(1, instance).Bind(2, step.Key).Run();
        var kept = database.Prepare("SELECT coalesce(sum(bytes), 0) FROM step WHERE instance = ?").Bind(1, instance);
        kept.Step();
        var bytes = kept.Int64(0);
        kept.Reset();
        return bytes;
    }
}
