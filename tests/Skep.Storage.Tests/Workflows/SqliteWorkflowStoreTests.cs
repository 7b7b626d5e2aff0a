using Skep.Abstractions.Workflows;
using Skep.Storage.Workflows;
using Skep.Testing;

namespace Skep.Storage.Tests.Workflows;

/// <summary>Instances of Workflows and what their runs record.</summary>
public sealed class SqliteWorkflowStoreTests : IDisposable
{
    private static readonly WorkflowValue Nothing = new(null, "{}");
    private readonly TemporaryFolder _folder = new();
    private readonly ManualTime _time = new();
    private SqliteWorkflowStore _store;

    public SqliteWorkflowStoreTests() => _store = Open();

    public void Dispose()
    {
        _store.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task An_id_is_given_once()
    {
        await DefineAsync();
        Assert.Equal(["a"], await CreateAsync("a"));
        Assert.Equal([null, "b"], await CreateAsync("a", "b"));
        string random = (await _store.CreateAsync("order", [new NewWorkflowInstance(null, Nothing)], "api"))[0]!;
        Assert.Equal(WorkflowStatus.Queued, (await _store.GetAsync("order", random)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("0123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789x")]
    public async Task An_id_that_is_not_allowed_makes_nothing(string id)
    {
        await DefineAsync();
        Assert.Equal(WorkflowProblem.Invalid, (await Assert.ThrowsAsync<WorkflowException>(async () => await CreateAsync("fine", id))).Problem);
        Assert.Empty(await _store.ListInstancesAsync("order", default, 0, 10));
    }

    [Fact]
    public async Task What_is_too_large_is_refused()
    {
        await DefineAsync();
        WorkflowValue large = new(new byte[WorkflowRules.MaxValueBytes + 1], null);
        Assert.Equal(WorkflowProblem.TooLarge, (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.CreateAsync("order", [new NewWorkflowInstance("a", large)], "api"))).Problem);
        await CreateAsync("a");
        Assert.Equal(WorkflowProblem.TooLarge, (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.SendEventAsync("order", "a", "t", large))).Problem);
        WorkflowTask task = await TakeAsync();
        Assert.Equal(
            WorkflowProblem.TooLarge, (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.RecordAsync(task.Run, Step("s") with { End = 1, Output = large }))).Problem);
    }

    [Fact]
    public async Task Nothing_is_made_of_a_Workflow_that_is_not_there()
    {
        Assert.Equal(WorkflowProblem.NoWorkflow, (await Assert.ThrowsAsync<WorkflowException>(async () => await CreateAsync("a"))).Problem);
        Assert.Equal(WorkflowProblem.NoWorkflow, (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.GetAsync("order", "a"))).Problem);
        await DefineAsync();
        Assert.Equal("instance.not_found", (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.GetAsync("order", "a"))).Message);
    }

    [Fact]
    public async Task A_later_run_knows_what_an_earlier_one_recorded()
    {
        await DefineAsync();
        await CreateAsync("a");
        WorkflowTask first = await TakeAsync();
        Assert.True(await _store.RecordAsync(first.Run, Step("one") with { End = 2, Output = new WorkflowValue([1, 2], "3") }));
        Assert.True(await _store.RecordAsync(first.Run, Step("two") with { Due = 5 }));
        _store.Dispose();

        // Killed.
        _store = Open();
        await _store.RecoverAsync();
        WorkflowTask second = await TakeAsync();

        Assert.Equal(["one-1", "two-1"], second.Steps.Select(step => step.Key));
        Assert.Equal([1, 2], second.Steps[0].Output!.Serialized!);
        Assert.True(second.Run.Number > first.Run.Number);
    }

    [Fact]
    public async Task A_run_that_another_has_followed_records_nothing()
    {
        await DefineAsync();
        await CreateAsync("a");
        WorkflowTask first = await TakeAsync();
        await _store.RecoverAsync();
        WorkflowTask second = await TakeAsync();

        Assert.False(await _store.RecordAsync(first.Run, Step("one") with { End = 2, Output = Nothing }));
        await _store.EndAsync(first.Run, new WorkflowOutcome(null, Output: Nothing));

        Assert.Equal(WorkflowStatus.Running, (await _store.GetAsync("order", "a")).Status);
        Assert.Empty(await _store.StepsAsync("order", "a"));
        Assert.True(await _store.RecordAsync(second.Run, Step("one")));
    }

    [Fact]
    public async Task An_instance_that_sleeps_is_due_when_its_first_step_is()
    {
        await DefineAsync();
        await CreateAsync("a");
        WorkflowTask task = await TakeAsync();
        long now = _time.GetUtcNow().ToUnixTimeMilliseconds();
        await _store.RecordAsync(task.Run, Step("long", WorkflowStepKind.Sleep) with { Due = now + 60_000 });
        await _store.RecordAsync(task.Run, Step("short", WorkflowStepKind.Sleep) with { Due = now + 5_000 });
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Suspended: true));

        Assert.Empty(await _store.TakeAsync(_time.GetUtcNow(), 10));
        Assert.Equal(now + 5_000, (await _store.NextAsync())!.Value.ToUnixTimeMilliseconds());
        Assert.Equal(WorkflowStatus.Waiting, (await _store.GetAsync("order", "a")).Status);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Single(await _store.TakeAsync(_time.GetUtcNow(), 10));
    }

    [Fact]
    public async Task An_event_wakes_who_waits_for_its_type_and_waits_for_who_does_not_yet()
    {
        await DefineAsync();
        await CreateAsync("a");
        WorkflowTask task = await TakeAsync();
        WorkflowStep waits = Step("approval", WorkflowStepKind.WaitForEvent) with { EventType = "approve", Due = long.MaxValue / 4 };
        Assert.Equal((true, null), Pick(await _store.TakeEventAsync(task.Run, waits)));
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Suspended: true));

        await _store.SendEventAsync("order", "a", "other", new WorkflowValue(null, "0"));
        Assert.Empty(await _store.TakeAsync(_time.GetUtcNow(), 10));
        await _store.SendEventAsync("order", "a", "approve", new WorkflowValue(null, "1"));
        await _store.SendEventAsync("order", "a", "approve", new WorkflowValue(null, "2"));
        WorkflowTask again = await TakeAsync();

        Assert.Equal((true, "1"), Pick(await _store.TakeEventAsync(again.Run, waits)));
        Assert.Equal((true, "2"), Pick(await _store.TakeEventAsync(again.Run, waits with { Key = "approval-2" })));
        Assert.Equal((true, "0"), Pick(await _store.TakeEventAsync(again.Run, waits with { Key = "other-1", EventType = "other" })));
        Assert.Equal(["1", "2", "0"], (await _store.StepsAsync("order", "a")).Select(step => step.Output!.Json));
    }

    [Fact]
    public async Task Who_is_paused_stops_at_the_next_step_and_goes_on_when_resumed()
    {
        await DefineAsync();
        await CreateAsync("a");
        WorkflowTask task = await TakeAsync();
        await _store.ChangeAsync("order", "a", WorkflowChange.Pause);
        Assert.Equal(WorkflowStatus.WaitingForPause, (await _store.GetAsync("order", "a")).Status);

        Assert.False(await _store.RecordAsync(task.Run, Step("one") with { End = 1, Output = Nothing }));
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Suspended: true));
        Assert.Equal(WorkflowStatus.Paused, (await _store.GetAsync("order", "a")).Status);
        Assert.Empty(await _store.TakeAsync(_time.GetUtcNow().AddYears(1), 10));

        await _store.ChangeAsync("order", "a", WorkflowChange.Resume);
        Assert.Equal("one-1", Assert.Single((await TakeAsync()).Steps).Key);
    }

    [Fact]
    public async Task Who_is_restarted_begins_anew()
    {
        await DefineAsync();
        await CreateAsync("a");
        WorkflowTask task = await TakeAsync();
        await _store.RecordAsync(task.Run, Step("one") with { End = 1, Output = Nothing });
        await _store.EndAsync(task.Run, new WorkflowOutcome("v1", Error: new WorkflowFailure("Error", "no")));
        Assert.Equal("no", (await _store.GetAsync("order", "a")).Error!.Message);

        await _store.ChangeAsync("order", "a", WorkflowChange.Restart);
        WorkflowTask again = await TakeAsync();
        Assert.Empty(again.Steps);
        Assert.Null(again.Instance.Error);
        Assert.False(await _store.RecordAsync(task.Run, Step("one")));
    }

    [Theory]
    [InlineData(WorkflowChange.Pause)]
    [InlineData(WorkflowChange.Resume)]
    [InlineData(WorkflowChange.Terminate)]
    public async Task What_has_ended_is_not_changed(WorkflowChange change)
    {
        await DefineAsync();
        await CreateAsync("a");
        await _store.ChangeAsync("order", "a", WorkflowChange.Terminate);
        Assert.Equal(WorkflowProblem.WrongState, (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.ChangeAsync("order", "a", change))).Problem);
        Assert.Equal(WorkflowProblem.WrongState, (await Assert.ThrowsAsync<WorkflowException>(async () => await _store.SendEventAsync("order", "a", "t", Nothing))).Problem);
        Assert.Empty(await _store.TakeAsync(_time.GetUtcNow().AddYears(1), 10));
    }

    [Fact]
    public async Task What_ended_long_ago_is_forgotten_and_what_goes_with_a_Workflow_too()
    {
        await DefineAsync();
        await CreateAsync("old", "running");
        await _store.ChangeAsync("order", "old", WorkflowChange.Terminate);
        _time.Advance(WorkflowRules.Retention - TimeSpan.FromSeconds(1));
        await _store.SweepAsync(_time.GetUtcNow());
        Assert.Equal(2, (await _store.ListInstancesAsync("order", default, 0, 10)).Count);
        _time.Advance(TimeSpan.FromSeconds(1));
        await _store.SweepAsync(_time.GetUtcNow());
        Assert.Equal(["running"], (await _store.ListInstancesAsync("order", default, 0, 10)).Select(each => each.Id));

        Assert.True(await _store.RemoveAsync("order"));
        await DefineAsync();
        Assert.Empty(await _store.ListInstancesAsync("order", default, 0, 10));
    }

    [Fact]
    public async Task Lists_are_filtered_and_come_in_pages_the_latest_first()
    {
        await DefineAsync();
        await CreateAsync("a", "b", "c");
        await _store.ChangeAsync("order", "b", WorkflowChange.Pause);
        Assert.Equal(["c", "b"], (await _store.ListInstancesAsync("order", default, 0, 2)).Select(each => each.Id));
        Assert.Equal(["a"], (await _store.ListInstancesAsync("order", default, 2, 2)).Select(each => each.Id));
        Assert.Equal(["b"], (await _store.ListInstancesAsync("order", new WorkflowInstanceFilter(WorkflowStatus.Paused), 0, 9)).Select(each => each.Id));
        Assert.Equal(2, (await _store.CountAsync("order"))[WorkflowStatus.Queued]);
        Assert.Equal([true, false], await _store.DeleteAsync("order", ["a", "none"]));
    }

    [Fact]
    public async Task A_damaged_file_is_told_of_at_the_start_and_by_its_first_use()
    {
        var file = _folder.Write("damaged.db", new string('x', 5000));
        List<string> told = [];
        using SqliteWorkflowStore damaged = new(file, _time, failure => told.Add(failure.Message));
        for (var i = 0; i < 3; i++) Assert.Equal(WorkflowProblem.Storage, (await Assert.ThrowsAsync<WorkflowException>(async () => await damaged.ListAsync())).Problem);
        Assert.Equal(2, told.Count);
        Assert.All(told, each => Assert.StartsWith(file, each, StringComparison.Ordinal));
    }

    private static (bool, string?) Pick(WorkflowTaken taken) => (taken.Goes, taken.Payload?.Json);

    private static WorkflowStep Step(string name, WorkflowStepKind kind = WorkflowStepKind.Do) => new() { Key = $"{name}-1", Name = name, Kind = kind, Start = 1 };

    private SqliteWorkflowStore Open() => new(Path.Combine(_folder.Path, "workflows.db"), _time);

    private async Task DefineAsync() => await _store.PutAsync("order", "shop", "Order", 100);

    private async Task<IReadOnlyList<string?>> CreateAsync(params string[] ids) => await _store.CreateAsync("order", [.. ids.Select(id => new NewWorkflowInstance(id, Nothing))], "api");

    private async Task<WorkflowTask> TakeAsync() => Assert.Single(await _store.TakeAsync(_time.GetUtcNow(), 10));
}
