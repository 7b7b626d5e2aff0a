using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;

namespace Skep.Runtime.Tests.Workflows;

/// <summary>Runs a class's instance again and again, as the scheduler would, with a journal in memory.</summary>
internal sealed class WorkflowTest : IWorkflowJournal, IAsyncDisposable
{
    private readonly Dictionary<string, WorkflowStep> _steps = new(StringComparer.Ordinal);
    private readonly List<(string Type, WorkflowValue Payload)> _events = [];
    private TestWorker _worker = null!;

    public IReadOnlyCollection<WorkflowStep> Steps => _steps.Values;

    public IEnumerable<string> Lines => _worker.Observer.Lines;

    /// <summary>Asked at each record: whether the run goes on.</summary>
    public Func<WorkflowStep, bool> Goes { get; set; } = _ => true;

    public int StepLimit { get; set; } = 100;

    /// <summary>A worker whose Workflow's <c>run(event, step)</c> has this body.</summary>
    public static async Task<WorkflowTest> RunningAsync(string body, WorkerLimits? limits = null)
    {
        WorkflowTest test = new();
        var script =
            $$"""
            import { WorkflowEntrypoint } from "cloudflare:workers";
            import { NonRetryableError } from "cloudflare:workflows";
            export class Order extends WorkflowEntrypoint { async run(event, step) { {{body}} } }
            export default { fetch() { return new Response() } };
            """;
        WorkerVersion version = new()
        {
            Name = "shop", MainModule = "main.js", Modules = [TestWorker.Module("main.js", script)], Limits = limits ?? WorkerLimits.Default,
        };
        test._worker = await TestWorker.StartAsync(version, services => services with { Workflows = new WorkflowServices(null!, test) });
        return test;
    }

    public void Add(WorkflowStep step) => _steps[step.Key] = step;

    public void Send(string type, string json) => _events.Add((type, new WorkflowValue(null, json)));

    /// <summary>One run, with what earlier ones recorded.</summary>
    public async Task<WorkflowOutcome> RunAsync(string parameters = "{}", string className = "Order")
    {
        var now = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        WorkflowDefinition definition = new("order", "id", "shop", className, now, now, StepLimit);
        WorkflowInstance instance = new()
        {
            Workflow = "order", Id = "one", Status = WorkflowStatus.Running, Params = new WorkflowValue(null, parameters), Trigger = "api", CreatedOn = now, ModifiedOn = now,
            Rollback = Rollback,
        };
        WorkflowTask task = new(new WorkflowRun("order", "one", 1), definition, instance, [.. _steps.Values], 0);
        return (await _worker.Worker.WorkflowAsync(new WorkflowEvent(task)).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken)).Outcome;
    }

    /// <summary>Lets every wait that was recorded be over.</summary>
    public void PassTime()
    {
        foreach (var step in _steps.Values.Where(step => step is { End: null, Due: not null }).ToList()) _steps[step.Key] = step with { Due = 1 };
    }

    public ValueTask<bool> RecordAsync(WorkflowRun run, WorkflowStep step)
    {
        _steps[step.Key] = step;
        return new(Goes(step));
    }

    /// <summary>Why what the steps did is undone; null when it is not.</summary>
    public WorkflowRollback? Rollback { get; set; }

    public ValueTask<bool> RollBackAsync(WorkflowRun run, WorkflowFailure cause)
    {
        Rollback = new WorkflowRollback(cause, IsTermination: false);
        return new(true);
    }

    public ValueTask<WorkflowTaken> TakeEventAsync(WorkflowRun run, WorkflowStep step)
    {
        var place = _events.FindIndex(each => each.Type == step.EventType);
        if (place < 0)
        {
            _steps[step.Key] = step;
            return new(new WorkflowTaken(Goes(step)));
        }

        var (_, payload) = _events[place];
        _events.RemoveAt(place);
        _steps[step.Key] = step with { End = 2, Output = payload, SentOn = 86_400_000 };
        return new(new WorkflowTaken(true, payload, 86_400_000));
    }

    public ValueTask DisposeAsync() => _worker.DisposeAsync();
}
