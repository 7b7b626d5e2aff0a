using System.Globalization;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Triggers;

/// <summary>Runs a worker's <c>scheduled</c> handler on request
/// (https://developers.cloudflare.com/workers/configuration/cron-triggers/#test-cron-triggers-locally).</summary>
internal static class ScheduledTrigger
{
    /// <summary>Reads the query's <c>cron</c> (as text) and <c>time</c> (milliseconds since 1970).</summary>
    public static ValueTask<Func<IWorker, Task<TriggerResult>>> PrepareAsync(string pathAndQuery, Stream? body)
    {
        string cron = "";
        DateTimeOffset time = TimeProvider.System.GetUtcNow();
        foreach ((string name, string value) in TriggerQuery.Read(pathAndQuery))
        {
            if (name == "cron")
                cron = value;
            if (name != "time")
                continue;
            if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long milliseconds)
                || milliseconds is < -62135596800000 or > 253402300799999)
                return new(_ => Task.FromResult(new TriggerResult(400, $"time={value} is not a number of milliseconds since 1970.\n")));
            time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }

        return new(worker => RunAsync(worker, new ScheduledEvent(time, cron)));
    }

    private static async Task<TriggerResult> RunAsync(IWorker worker, ScheduledEvent scheduled)
    {
        InvocationSummary summary = await worker.ScheduledAsync(scheduled);
        return new TriggerResult(summary.Outcome == InvocationOutcome.Ok ? 200 : 500, OutcomeNames.Of(summary.Outcome));
    }
}
