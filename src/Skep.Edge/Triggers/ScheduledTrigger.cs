using System.Globalization;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Triggers;

/// <summary>Runs a worker's <c>scheduled</c> handler on request
/// (https://developers.cloudflare.com/workers/configuration/cron-triggers/#test-cron-triggers-locally).</summary>
internal static class ScheduledTrigger
{
    private const string Path = "/cdn-cgi/handler/scheduled";

    /// <summary>True for the endpoint's path, with or without a query.</summary>
    public static bool Matches(string pathAndQuery) =>
        pathAndQuery.StartsWith(Path, StringComparison.Ordinal)
        && (pathAndQuery.Length == Path.Length || pathAndQuery[Path.Length] == '?');

    /// <summary>Runs the handler with the query's <c>cron</c> (as text) and <c>time</c> (milliseconds since 1970).</summary>
    public static async Task<Result> RunAsync(IWorker worker, string pathAndQuery)
    {
        string cron = "";
        DateTimeOffset time = TimeProvider.System.GetUtcNow();
        foreach ((string name, string value) in Query(pathAndQuery))
        {
            if (name == "cron")
                cron = value;
            if (name != "time")
                continue;
            if (!long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long milliseconds)
                || milliseconds is < -62135596800000 or > 253402300799999)
                return new Result(400, $"time={value} is not a number of milliseconds since 1970.\n");
            time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        }

        InvocationSummary summary = await worker.ScheduledAsync(new ScheduledEvent(time, cron));
        return new Result(summary.Outcome == InvocationOutcome.Ok ? 200 : 500, OutcomeNames.Of(summary.Outcome));
    }

    private static IEnumerable<(string Name, string Value)> Query(string pathAndQuery)
    {
        int start = pathAndQuery.IndexOf('?');
        if (start < 0)
            yield break;
        foreach (string pair in pathAndQuery[(start + 1)..].Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=');
            string name = equals < 0 ? pair : pair[..equals];
            string value = equals < 0 ? "" : pair[(equals + 1)..];
            yield return (Decode(name), Decode(value));
        }
    }

    private static string Decode(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>What the caller is told.</summary>
    internal readonly record struct Result(int Status, string Text);
}
