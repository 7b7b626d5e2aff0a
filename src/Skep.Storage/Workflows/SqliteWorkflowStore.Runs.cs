using Skep.Abstractions.Workflows;

namespace Skep.Storage.Workflows;

/// <content>What runs write down, and what is to be run.</content>
public sealed partial class SqliteWorkflowStore : IWorkflowJournal, IWorkflowQueue
{
    /// <inheritdoc/>
    public Action? Changed { get; set; }

    /// <inheritdoc/>
    public ValueTask<bool> RecordAsync(WorkflowRun run, WorkflowStep step) => new(JournalAsync(run, row => Record(row, step)));

    /// <inheritdoc/>
    public ValueTask<WorkflowTaken> TakeEventAsync(WorkflowRun run, WorkflowStep step) => new(JournalAsync(run, row =>
    {
        if (row is null || StepRows.TakeEvent(Database, row.Number, step.EventType!) is not { } taken) return new WorkflowTaken(Record(row, step));
        var goes = Record(row, step with { End = Now.ToUnixTimeMilliseconds(), Output = taken.Payload, SentOn = taken.SentOn });
        return new WorkflowTaken(goes, taken.Payload, taken.SentOn);
    }));

    /// <inheritdoc/>
    public ValueTask<bool> RollBackAsync(WorkflowRun run, WorkflowFailure cause) => new(JournalAsync(run, row =>
    {
        if (row is null) return false;
        (row with { Record = row.Record with { Status = WorkflowStatus.RollingBack, ModifiedOn = Now, Rollback = new WorkflowRollback(cause, IsTermination: false) } }).Save(Database, due: null);
        return true;
    }));

    /// <inheritdoc/>
    public async ValueTask RecoverAsync() => await WriteAsync(() =>
    {
        foreach (var row in InstanceRow.Select(Database, "WHERE status = ? AND due IS NULL", rows => rows.Bind(1, (int)WorkflowStatus.RollingBack))) row.Save(Database, Now);
        foreach (var row in InstanceRow.Select(Database, "WHERE status IN (?, ?)", rows => rows.Bind(1, (int)WorkflowStatus.Running).Bind(2, (int)WorkflowStatus.WaitingForPause)))
        {
            var paused = row.Record.Status == WorkflowStatus.WaitingForPause;
            (row with { Record = row.Record with { Status = paused ? WorkflowStatus.Paused : WorkflowStatus.Queued } }).Save(Database, paused ? null : Now);
        }

        return true;
    });

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<WorkflowTask>> TakeAsync(DateTimeOffset now, int most) => new(Task.Run(() => Guarded(() => Database.Transaction<IReadOnlyList<WorkflowTask>>(() =>
    {
        List<WorkflowTask> taken = [];
        foreach (var row in InstanceRow.Select(Database, "WHERE due <= ? ORDER BY due LIMIT ?", rows => rows.Bind(1, now.ToUnixTimeMilliseconds()).Bind(2, most)))
        {
            var status = row.Record.Rollback is null ? WorkflowStatus.Running : WorkflowStatus.RollingBack;
            var running = row with { Run = row.Run + 1, Record = row.Record with { Status = status, ModifiedOn = now, StartedOn = row.Record.StartedOn ?? now } };
            running.Save(Database, due: null);
            taken.Add(new WorkflowTask(
                new WorkflowRun(row.Record.Workflow, row.Record.Id, running.Run), Definition(row.Record.Workflow)!, running.Record, StepRows.Of(Database, row.Number), row.Losses));
        }

        return taken;
    }))));

    /// <inheritdoc/>
    public ValueTask<DateTimeOffset?> NextAsync() => new(ReadAsync(() =>
    {
        var first = Database.Prepare("SELECT min(due) FROM instance WHERE due IS NOT NULL");
        first.Step();
        var next = first.IsNull(0) ? null : At(first.Int64(0));
        first.Reset();
        return next;
    }));

    /// <inheritdoc/>
    public async ValueTask EndAsync(WorkflowRun run, WorkflowOutcome outcome) => await WriteAsync(() =>
    {
        // Whoever has terminated or restarted it has said how it goes on.
        if (InstanceRow.Find(Database, run.Workflow, run.Instance) is not { } row || row.Run != run.Number || row.Record.Status.IsFinal()) return false;
        var record = row.Record with { ModifiedOn = Now, VersionId = outcome.VersionId ?? row.Record.VersionId };
        if (record.Rollback is not null)
        {
            EndRollback(row with { Record = record }, record.Rollback, outcome);
            return true;
        }

        if (outcome.Error is { } stopped && StepRows.CanRollBack(Database, row.Number))
        {
            // The code was stopped before it could undo anything.
            (row with { Losses = 0, Record = record with { Status = WorkflowStatus.RollingBack, Rollback = new WorkflowRollback(stopped, IsTermination: false) } }).Save(Database, Now);
            return true;
        }

        var wantsPause = record.Status is WorkflowStatus.WaitingForPause or WorkflowStatus.Paused;
        if (outcome.Output is not null) (row with { Record = record with { Status = WorkflowStatus.Complete, Output = outcome.Output, EndedOn = Now } }).Save(Database, due: null);
        else if (outcome.Error is not null) (row with { Record = record with { Status = WorkflowStatus.Errored, Error = outcome.Error, EndedOn = Now } }).Save(Database, due: null);
        else if (wantsPause) (row with { Record = record with { Status = WorkflowStatus.Paused } }).Save(Database, due: null);
        else if (outcome.Suspended) (row with { Losses = 0, Record = record with { Status = WorkflowStatus.Waiting } }).Save(Database, At(StepRows.Due(Database, row.Number)));
        else (row with { Losses = row.Losses + 1, Record = record with { Status = WorkflowStatus.Queued } }).Save(Database, outcome.Lost ?? Now);
        return true;
    });

    /// <inheritdoc/>
    public async ValueTask SweepAsync(DateTimeOffset now) => await WriteAsync(() =>
    {
        Database.Prepare("DELETE FROM instance WHERE expires <= ?").Bind(1, now.ToUnixTimeMilliseconds()).Run();
        return true;
    });

    // Whatever the run says of it, the instance ends as it would have without.
    private void EndRollback(InstanceRow row, WorkflowRollback rollback, WorkflowOutcome outcome)
    {
        if (outcome.Suspended)
        {
            (row with { Losses = 0 }).Save(Database, At(StepRows.RollbackDue(Database, row.Number)) ?? Now);
        }
        else if (outcome.Lost is { } lost)
        {
            (row with { Losses = row.Losses + 1 }).Save(Database, lost);
        }
        else
        {
            var ended = row.Record with { EndedOn = Now, Rollback = StepRows.Rollback(Database, row.Number, rollback, outcome.Error == rollback.Cause ? null : outcome.Error) };
            (row with { Record = rollback.IsTermination ? ended with { Status = WorkflowStatus.Terminated } : ended with { Status = WorkflowStatus.Errored, Error = rollback.Cause } })
                .Save(Database, due: null);
        }
    }

    /// <summary>Of a run that another one has followed, or whose instance has ended, there is nothing to write down.</summary>
    private Task<T> JournalAsync<T>(WorkflowRun run, Func<InstanceRow?, T> write) => Task.Run(() => Guarded(() => Database.Transaction(() =>
    {
        var row = InstanceRow.Find(Database, run.Workflow, run.Instance);
        return write(row is not null && row.Run == run.Number && !row.Record.Status.IsFinal() ? row : null);
    })));

    private bool Record(InstanceRow? row, WorkflowStep step)
    {
        if (row is null) return false;
        if (step.Output is { } output) WorkflowRules.CheckValue(output, $"What the step \"{step.Name}\" returned");
        var bytes = row.Bytes + StepRows.Put(Database, row.Number, step);
        if (bytes > WorkflowRules.MaxInstanceBytes) throw new WorkflowException(WorkflowProblem.TooLarge, $"The instance's steps have {bytes} bytes; {WorkflowRules.MaxInstanceBytes} are allowed.");
        Database.Prepare("UPDATE instance SET bytes = ?, losses = 0 WHERE number = ?").Bind(1, bytes).Bind(2, row.Number).Run();
        return row.Record.Status is WorkflowStatus.Running or WorkflowStatus.RollingBack;
    }
}
