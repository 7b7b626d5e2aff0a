using System.Text.Json;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workflows;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Workflows;

/// <summary>Workflows, their instances and steps in one SQLite file. Every change is on the disk when it returns, and waits for it on a
/// thread of the pool, never on the caller's.</summary>
/// <param name="path">The file; made when there is none.</param>
/// <param name="time">The clock.</param>
/// <param name="onFailure">Hears of a file that fails, with its path.</param>
public sealed partial class SqliteWorkflowStore(string path, TimeProvider time, Action<Exception>? onFailure = null) : IWorkflowStore, IDisposable
{
    private readonly DeferredDatabase _file = new(path, WorkflowSchema.Steps, onFailure);

    // The scheduler asks again and again.
    private readonly LastingFailure? _failure = onFailure is null ? null : new(onFailure);

    private SqliteDatabase Database => _file.Value;

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<string?>> CreateAsync(string workflow, IReadOnlyList<NewWorkflowInstance> instances, string trigger)
    {
        if (instances.Count > WorkflowRules.MaxBatch)
            throw new WorkflowException(WorkflowProblem.Invalid, $"{instances.Count} instances are more than the {WorkflowRules.MaxBatch} that can be created at once.");
        foreach (var each in instances)
        {
            if (each.Id is { } id && !WorkflowRules.IsInstanceId(id)) throw new WorkflowException(WorkflowProblem.Invalid, "Workflow instance has invalid id");
            WorkflowRules.CheckValue(each.Params, "What the instance begins with");
            WorkflowRetention.Check(each.Retention);
        }

        return new(WriteAsync<IReadOnlyList<string?>>(() => [.. instances.Select(each => Insert(workflow, each, trigger))]));
    }

    /// <inheritdoc/>
    public ValueTask<WorkflowInstance> GetAsync(string workflow, string id) => new(ReadAsync(() => Row(workflow, id).Record));

    /// <inheritdoc/>
    public ValueTask ChangeAsync(string workflow, string id, WorkflowChange change, WorkflowChangeOptions? options = null) => new(WriteAsync(() =>
    {
        var row = Row(workflow, id);
        var (status, due) = WorkflowCourse.Of(row.Record.Status, change, Now);
        var record = row.Record with { Status = status, ModifiedOn = Now, EndedOn = status.IsFinal() ? Now : null };
        // Who ends it, or lets it begin again, ends its run as well: that can record nothing more.
        var next = row with { Record = record, Run = change is WorkflowChange.Terminate or WorkflowChange.Restart ? row.Run + 1 : row.Run };
        if (change == WorkflowChange.Restart)
        {
            var kept = StepRows.Clear(Database, row.Number, options?.From);
            Database.Prepare("UPDATE instance SET bytes = ? WHERE number = ?").Bind(1, kept).Bind(2, row.Number).Run();
            (next with { Record = record with { StartedOn = null, Output = null, Error = null, Rollback = null }, Losses = 0 }).Save(Database, due);
        }
        else if (change == WorkflowChange.Terminate && options is { Rollback: true } && row.Record.Status == WorkflowStatus.RollingBack)
        {
            throw new WorkflowException(WorkflowProblem.WrongState, "Cannot terminate instance: it is rolling back already");
        }
        else if (change == WorkflowChange.Terminate && options is { Rollback: true } && StepRows.CanRollBack(Database, row.Number))
        {
            WorkflowRollback rollback = new(new WorkflowFailure("Terminated", "Instance terminated during rollback"), IsTermination: true);
            (next with { Record = record with { Status = WorkflowStatus.RollingBack, EndedOn = null, Rollback = rollback }, Losses = 0 }).Save(Database, Now);
        }
        else
        {
            next.Save(Database, due);
        }

        return true;
    }));

    /// <inheritdoc/>
    public ValueTask SendEventAsync(string workflow, string id, string type, WorkflowValue payload)
    {
        if (!WorkflowRules.IsEventType(type))
            throw new WorkflowException(WorkflowProblem.Invalid, $"\"{type}\" is no type of event: up to 100 letters, digits, \"-\", \"_\" and \".\" are.");
        WorkflowRules.CheckValue(payload, "The event's payload");
        return new(WriteAsync(() =>
        {
            var row = Row(workflow, id);
            if (row.Record.Status.IsFinal()) throw new WorkflowException(WorkflowProblem.WrongState, $"The instance is {WorkflowStatusNames.Of(row.Record.Status)}: it waits for no events any more.");
            StepRows.AddEvent(Database, row.Number, type, Now.ToUnixTimeMilliseconds(), payload);
            if (row.Record.Status == WorkflowStatus.Waiting) row.Save(Database, At(StepRows.Due(Database, row.Number)));
            return true;
        }));
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<bool>> DeleteAsync(string workflow, IReadOnlyList<string> ids) => new(WriteAsync<IReadOnlyList<bool>>(() => [.. ids.Select(id =>
    {
        var delete = Database.Prepare("DELETE FROM instance WHERE workflow = ? AND id = ? RETURNING number").Bind(1, workflow).Bind(2, id);
        var any = false;
        while (delete.Step()) any = true;
        delete.Reset();
        return any;
    })]));

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private DateTimeOffset Now => time.GetUtcNow();

    // The worker has said when; nothing it says may be more than there is of time.
    private static DateTimeOffset? At(long? milliseconds) =>
        milliseconds is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(at, 0, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds())) : null;

    private InstanceRow Row(string workflow, string id) => InstanceRow.Find(Database, workflow, id)
        ?? throw (Definition(workflow) is null ? WorkflowException.NoWorkflow(workflow) : WorkflowException.NoInstance());

    private string? Insert(string workflow, NewWorkflowInstance given, string trigger)
    {
        var definition = Definition(workflow) ?? throw WorkflowException.NoWorkflow(workflow);
        var now = Now;
        WorkflowInstance record = new()
        {
            Workflow = workflow, Id = given.Id ?? Guid.NewGuid().ToString(), Status = WorkflowStatus.Queued, Params = given.Params, Trigger = trigger, CreatedOn = now, ModifiedOn = now,
            Retention = given.Retention ?? definition.Retention,
        };
        var insert = Database.Prepare("INSERT INTO instance (workflow, id, status, due, created, record) VALUES (?1, ?2, ?3, ?4, ?4, ?5) ON CONFLICT DO NOTHING RETURNING number")
            .Bind(1, workflow).Bind(2, record.Id).Bind(3, (int)record.Status).Bind(4, now.ToUnixTimeMilliseconds()).Bind(5, JsonSerializer.Serialize(record, WorkflowRecords.Default.WorkflowInstance));
        var made = false;
        while (insert.Step()) made = true;
        insert.Reset();
        return made ? record.Id : null;
    }

    private Task<T> ReadAsync<T>(Func<T> read) => Task.Run(() => Guarded(() =>
    {
        lock (Database.Gate) return read();
    }));

    private async Task<T> WriteAsync<T>(Func<T> write)
    {
        var result = await Task.Run(() => Guarded(() => Database.Transaction(write))).ConfigureAwait(false);
        Changed?.Invoke();
        return result;
    }

    private T Guarded<T>(Func<T> work)
    {
        try
        {
            var result = work();
            _failure?.Ended();
            return result;
        }
        catch (SqliteException failed)
        {
            _failure?.Met(failed);
            throw new WorkflowException(WorkflowProblem.Storage, SqliteFailures.Describe("Workflow store", failed).Message, failed);
        }
    }
}
