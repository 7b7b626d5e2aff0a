using Skep.Abstractions.Workflows;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Workflows;

/// <summary>Ops of a run (<c>js/workflows/ops.ts</c>).</summary>
internal static unsafe class WorkflowRunOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("workflow_step_began", &StepBegan);
        ops.Add("workflow_record", &Record);
        ops.Add("workflow_roll_back", &RollBack);
        ops.Add("workflow_take_event", &TakeEvent);
        ops.Add("workflow_suspend", &Suspend);
        ops.Add("workflow_returned", &Returned);
        ops.Add("workflow_threw", &Threw);
    }

    private static void StepBegan(in OpCall call)
    {
        var run = Find(in call);
        run.RefillCpu();
        run.Isolate.Worker.Meter?.Counter("workflows.attempts").Add(1);
    }

    private static void Record(in OpCall call)
    {
        var (run, journal) = Journal(in call);
        var step = WorkflowHead.ReadStep(call[1].ToString()) with { Output = Value(in call, 2) };
        new WorkflowOp<bool>(static (_, goes) => goes).Start(in call, () => journal.RecordAsync(run.WorkflowRun, step));
    }

    private static void RollBack(in OpCall call)
    {
        var (run, journal) = Journal(in call);
        WorkflowFailure cause = new(call[1].ToString(), call[2].ToString());
        new WorkflowOp<bool>(static (_, goes) => goes).Start(in call, () => journal.RollBackAsync(run.WorkflowRun, cause));
    }

    private static void TakeEvent(in OpCall call)
    {
        var (run, journal) = Journal(in call);
        var step = WorkflowHead.ReadStep(call[1].ToString());
        new WorkflowOp<WorkflowTaken>(static (isolate, taken) => isolate.Engine.NewArray(
            [taken.Goes, WorkflowInvocation.NewBytes(isolate, taken.Payload?.Serialized), taken.Payload?.Json is { } json ? isolate.Engine.NewString(json) : JsArgument.Null, (double)taken.SentOn]))
            .Start(in call, () => journal.TakeEventAsync(run.WorkflowRun, step));
    }

    private static void Suspend(in OpCall call) => call.Return(Find(in call).Suspend(call[1].Boolean));

    private static void Returned(in OpCall call)
    {
        var run = Find(in call);
        var output = Value(in call, 1)!;
        try
        {
            WorkflowRules.CheckValue(output, "What the Workflow returned");
            run.Returned(output);
        }
        catch (WorkflowException refused)
        {
            run.Threw(new WorkflowFailure("Error", refused.Message), new(Abstractions.Errors.WorkerErrorCode.Exception, $"Error: {refused.Message}"));
        }
    }

    private static void Threw(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var described = isolate.Describe(call[3].Local, out var terminated);
        if (!terminated) Find(in call).Threw(new WorkflowFailure(call[1].ToString(), call[2].ToString()), described);
    }

    private static WorkflowInvocation Find(in OpCall call) => (WorkflowInvocation)call.State<WorkerIsolate>().FindInvocation(call[0].Int32);

    private static (WorkflowInvocation Run, IWorkflowJournal Journal) Journal(in OpCall call)
    {
        var run = Find(in call);
        return (run, run.Isolate.Worker.Services.Workflows?.Journal ?? throw JsException.Plain("Nothing here keeps what Workflows do."));
    }

    private static WorkflowValue? Value(in OpCall call, int at) => call[at].Kind == JsKind.Bytes
        ? new WorkflowValue(call[at].Bytes.ToArray(), call[at + 1].Kind == JsKind.String ? call[at + 1].ToString() : null)
        : null;
}
