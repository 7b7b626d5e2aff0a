using Skep.Abstractions.Workflows;
using Skep.Storage.Sqlite;
using Skep.Storage.Workflows;
using Skep.Testing;

namespace Skep.Storage.Tests.Workflows;

/// <summary>Instances whose steps are undone, or done again from one of them on, and how long they are kept.</summary>
public sealed class SqliteWorkflowRollbackTests : IDisposable
{
    private static readonly WorkflowValue Nothing = new(null, "{}");
    private static readonly WorkflowFailure Cause = new("Error", "why");
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private readonly SqliteWorkflowStore _store;

    public SqliteWorkflowRollbackTests() => _store = new(Path.Combine(_folder.Path, "workflows.db"), _time);

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_run_that_undoes_goes_on_after_waits_and_losses_and_ends_with_its_cause()
    {
        var task = await StartAsync();
        await _store.RecordAsync(task.Run, Undoable("one", 1));
        Assert.True(await _store.RollBackAsync(task.Run, Cause));
        Assert.Equal(WorkflowStatus.RollingBack, (await GetAsync()).Status);

        // What waits elsewhere does not wake it: only the next attempt at undoing does.
        await _store.RecordAsync(task.Run, Step("sleep", WorkflowStepKind.Sleep) with { Due = 5 });
        var due = _time.GetUtcNow().AddMinutes(1);
        Assert.True(await _store.RecordAsync(task.Run, Undoing("one") with { Due = due.ToUnixTimeMilliseconds() }));
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Suspended: true));
        Assert.Equal(due, await _store.NextAsync());
        await _store.RecoverAsync();
        Assert.Equal(due, await _store.NextAsync());

        _time.Advance(TimeSpan.FromMinutes(1));
        task = await TakeAsync();
        Assert.Equal((WorkflowStatus.RollingBack, Cause), (task.Instance.Status, task.Instance.Rollback!.Cause));
        await _store.RecoverAsync();
        var again = await TakeAsync();
        Assert.False(await _store.RecordAsync(task.Run, Undoing("one")));
        await _store.RecordAsync(again.Run, Undoing("one") with { End = 3 });
        await _store.EndAsync(again.Run, new WorkflowOutcome("v1", Error: Cause));
        var ended = await GetAsync();
        Assert.Equal((WorkflowStatus.Errored, Cause, true, null), (ended.Status, ended.Error, ended.Rollback!.IsComplete, ended.Rollback.Error));
        Assert.Null(await _store.NextAsync());
    }

    [Fact]
    public async Task What_could_not_be_undone_is_said()
    {
        var task = await StartAsync();
        await _store.RecordAsync(task.Run, Undoable("one", 1));
        await _store.RollBackAsync(task.Run, Cause);
        WorkflowFailure failure = new("TypeError", "cannot");
        await _store.RecordAsync(task.Run, Undoing("one") with { End = 3, Error = failure });
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Error: Cause));
        var ended = await GetAsync();
        Assert.Equal((Cause, false, failure), (ended.Error, ended.Rollback!.IsComplete, ended.Rollback.Error));
    }

    [Fact]
    public async Task An_instance_that_was_stopped_before_it_could_is_undone_by_another_run()
    {
        var task = await StartAsync();
        await _store.RecordAsync(task.Run, Undoable("one", 1));
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Error: new WorkflowFailure("Error", "CPU")));
        Assert.Equal(WorkflowStatus.RollingBack, (await GetAsync()).Status);
        task = await TakeAsync();
        // And if that is stopped as well, it ends.
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Error: new WorkflowFailure("Error", "CPU again")));
        var ended = await GetAsync();
        Assert.Equal((WorkflowStatus.Errored, "CPU", false, "CPU again"), (ended.Status, ended.Error!.Message, ended.Rollback!.IsComplete, ended.Rollback.Error!.Message));
    }

    [Fact]
    public async Task Who_is_terminated_with_its_undoing_ends_after_it_or_at_once_when_there_is_nothing()
    {
        var task = await StartAsync();
        await _store.RecordAsync(task.Run, Undoable("one", 1));
        await _store.ChangeAsync("order", "a", WorkflowChange.Terminate, new WorkflowChangeOptions(Rollback: true));
        Assert.Equal(WorkflowStatus.RollingBack, (await GetAsync()).Status);
        Assert.False(await _store.RecordAsync(task.Run, Step("two")));
        foreach (var change in new[] { WorkflowChange.Pause, WorkflowChange.Resume }) await RefusedAsync(change);
        await RefusedAsync(WorkflowChange.Terminate, new WorkflowChangeOptions(Rollback: true));
        task = await TakeAsync();
        Assert.True(task.Instance.Rollback!.IsTermination);
        await _store.RecordAsync(task.Run, Undoing("one") with { End = 2 });
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Output: Nothing));
        var ended = await GetAsync();
        Assert.Equal((WorkflowStatus.Terminated, true, null), (ended.Status, ended.Rollback!.IsComplete, ended.Output));

        await _store.ChangeAsync("order", "a", WorkflowChange.Restart);
        Assert.Null((await GetAsync()).Rollback);
        await _store.ChangeAsync("order", "a", WorkflowChange.Terminate, new WorkflowChangeOptions(Rollback: true));
        Assert.Equal(WorkflowStatus.Terminated, (await GetAsync()).Status);
    }

    [Fact]
    public async Task Who_is_restarted_from_a_step_keeps_what_was_done_before_it()
    {
        var task = await StartAsync();
        WorkflowStep[] steps = [Step("one") with { End = 1 }, Step("same", WorkflowStepKind.Sleep) with { Start = 2, End = 2 }, Step("same") with { Key = "same-2", Start = 3, End = 3 }, Step("same") with { Key = "same-3", Start = 4, End = 4 }, Step("last") with { Start = 5, End = 5 }];
        // As they end, not as they began.
        foreach (var step in steps.Reverse()) await _store.RecordAsync(task.Run, step);
        await _store.RollBackAsync(task.Run, Cause);
        await _store.RecordAsync(task.Run, Undoing("one") with { End = 6 });
        await _store.SendEventAsync("order", "a", "late", Nothing);
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Error: Cause));

        await RefusedAsync(WorkflowChange.Restart, From(new WorkflowStepReference("same", 3)));
        await RefusedAsync(WorkflowChange.Restart, From(new WorkflowStepReference("one", 1, WorkflowStepKind.Sleep)));
        await _store.ChangeAsync("order", "a", WorkflowChange.Restart, From(new WorkflowStepReference("same", 2)));
        task = await TakeAsync();
        Assert.Equal(["same-2", "same-1", "one-1"], task.Steps.Select(step => step.Key));
        Assert.Equal((null, null), (task.Instance.Error, task.Instance.Rollback));
        Assert.Null((await _store.TakeEventAsync(task.Run, Step("wait", WorkflowStepKind.WaitForEvent) with { EventType = "late", Due = 9 })).Payload);
    }

    [Fact]
    public async Task An_instance_is_kept_as_long_as_it_says_or_its_Workflow_does()
    {
        await _store.PutAsync("order", "shop", "Order", 100, new WorkflowRetention(Success: 60_000, Error: null));
        await _store.CreateAsync("order", [new("own", Nothing, new WorkflowRetention(120_000, null)), new("usual", Nothing), new("failed", Nothing)], "api");
        foreach (var each in await _store.TakeAsync(_time.GetUtcNow(), 3))
            await _store.EndAsync(each.Run, each.Instance.Id == "failed" ? new WorkflowOutcome("v1", Error: Cause) : new WorkflowOutcome("v1", Output: Nothing));
        await SweepAfterAsync(TimeSpan.FromMinutes(1), "failed", "own");
        await SweepAfterAsync(TimeSpan.FromMinutes(1), "failed");
        await SweepAfterAsync(WorkflowRules.Retention - TimeSpan.FromMinutes(2));

        async Task SweepAfterAsync(TimeSpan time, params string[] left)
        {
            _time.Advance(time);
            await _store.SweepAsync(_time.GetUtcNow());
            Assert.Equal(left, (await _store.ListInstancesAsync("order", default, 0, 9)).Select(each => each.Id));
        }
    }

    [Fact]
    public async Task A_file_of_before_is_taken_over()
    {
        var path = Path.Combine(_folder.Path, "old.db");
        using (SqliteDatabase old = new(path, [WorkflowSchema.Steps[0]]))
        {
            old.Execute("""
                INSERT INTO workflow VALUES ('order', '{"Name":"order","Id":"1","Script":"shop","ClassName":"Order","CreatedOn":"2026-01-01T00:00:00+00:00","ModifiedOn":"2026-01-01T00:00:00+00:00"}');
                INSERT INTO instance (workflow, id, status, ended, record) VALUES ('order', 'a', 5, 1767225600000,
                  '{"Workflow":"order","Id":"a","Status":"Complete","Params":{},"Trigger":"api","CreatedOn":"2026-01-01T00:00:00.1234567+00:00","ModifiedOn":"2026-01-01T00:00:00+00:00","EndedOn":"2026-01-01T00:00:00+00:00"}');
                """);
        }

        using SqliteWorkflowStore store = new(path, _time);
        DateTimeOffset made = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Assert.Single(await store.ListInstancesAsync("order", new WorkflowInstanceFilter(From: made, To: made.AddSeconds(1)), 0, 9));
        Assert.Empty(await store.ListInstancesAsync("order", new WorkflowInstanceFilter(From: made.AddSeconds(1)), 0, 9));
        await store.SweepAsync(made.AddDays(30).AddSeconds(-1));
        Assert.Single(await store.ListInstancesAsync("order", default, 0, 9));
        await store.SweepAsync(made.AddDays(30));
        Assert.Empty(await store.ListInstancesAsync("order", default, 0, 9));
    }

    private static WorkflowStep Step(string name, WorkflowStepKind kind = WorkflowStepKind.Do) => new() { Key = $"{name}-1", Name = name, Kind = kind, Start = 1 };

    private static WorkflowStep Undoable(string name, long start) => Step(name) with { Start = start, HasRollback = true };

    private static WorkflowStep Undoing(string name) => Step(name, WorkflowStepKind.Rollback) with { Key = $"{WorkflowStep.RollbackPrefix}{name}-1", Start = 9 };

    private static WorkflowChangeOptions From(WorkflowStepReference step) => new(step);

    private async Task RefusedAsync(WorkflowChange change, WorkflowChangeOptions? options = null) =>
        Assert.Equal(WorkflowProblem.WrongState, (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.ChangeAsync("order", "a", change, options))).Problem);

    private async Task<WorkflowTask> StartAsync()
    {
        await _store.PutAsync("order", "shop", "Order", 100);
        await _store.CreateAsync("order", [new NewWorkflowInstance("a", Nothing)], "api");
        return await TakeAsync();
    }

    private async Task<WorkflowInstance> GetAsync() => await _store.GetAsync("order", "a");

    private async Task<WorkflowTask> TakeAsync() => Assert.Single(await _store.TakeAsync(_time.GetUtcNow(), 10));
}
