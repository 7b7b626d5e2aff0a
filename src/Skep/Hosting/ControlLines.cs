using Skep.Abstractions.Email;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>What the operator reads about the control plane and about cron triggers.</summary>
internal sealed class ControlLines(Terminal terminal)
{
    public void OnCronRun(CronRun run)
    {
        if (run.Outcome == InvocationOutcome.Ok) return;
        terminal.Offer(isError: true, style => $"{style.Red("✘ cron")} {run.Script} \"{run.Cron}\" of {run.ScheduledTime:yyyy-MM-dd HH:mm}: {run.Error}");
    }

    public void OnQueueRun(QueueRun run)
    {
        if (run.Summary.Outcome == InvocationOutcome.Ok && run.Settled.Dropped == 0) return;
        terminal.Offer(isError: true, style => $"{style.Red("✘")} {run.Script}: {QueueLine.Format(run, style)}");
    }

    public void OnQueueFailure(Exception failure) =>
        terminal.Offer(isError: true, style => $"{style.Red("✘ A batch of messages was not settled and is delivered again:")} {failure.Message}");

    // Refusals of the server that delivers, and the end of a process, are nobody's mistake here: where they come from says nothing.
    public void OnEmailFailure(Exception failure) =>
        terminal.Offer(isError: true, style => $"{style.Red("✘ A message was not taken, and its sender tries again:")} {(failure is EmailException or IOException ? failure.Message : failure)}");

    public void OnFailure(Exception failure) =>
        terminal.Offer(isError: true, style => $"{style.Red("✘ The control plane failed:")} {failure}");
}
