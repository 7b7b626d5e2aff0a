using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;

namespace Skep.Output;

/// <summary>A batch of messages that was handled, as one line.</summary>
internal static class QueueLine
{
    public static string Format(QueueRun run, Style style)
    {
        var done = $"{run.Settled.Acknowledged}/{run.Messages}";
        var coloured = run.Settled.Acknowledged == run.Messages ? style.Green(done) : run.Settled.Acknowledged > 0 ? style.Yellow(done) : style.Red(done);
        var rest = new List<string>();
        if (run.Settled.Retried > 0) rest.Add($"{run.Settled.Retried} again");
        if (run.Settled.DeadLettered > 0) rest.Add($"{run.Settled.DeadLettered} to the dead letter queue");
        if (run.Settled.Dropped > 0) rest.Add($"{run.Settled.Dropped} dropped");
        if (run.Summary.Outcome != InvocationOutcome.Ok) rest.Add(run.Summary.Error?.Message ?? OutcomeNames.Of(run.Summary.Outcome));
        return $"{style.Bold("QUEUE")} {run.Queue} {coloured} {style.Dim($"in {Duration.Format(run.Summary.Wall)}{(rest.Count > 0 ? ": " + string.Join(", ", rest) : "")}")}";
    }
}
