using System.Globalization;
using System.Text;
using Skep.Abstractions.Metering;

namespace Skep.Control.Metrics;

/// <summary>Figures in Prometheus' text format, version 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).</summary>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private const double Million = 1e6;

    /// <summary>The counters that every script has: what they are called, what they mean, and the unit they are kept in.</summary>
    private static readonly (string Counter, string Name, string Help, double Unit)[] OfScripts =
    [
        (MeterNames.CpuMicroseconds, "skep_worker_cpu_seconds_total", "Time spent running a Worker's JavaScript.", Million),
        (MeterNames.WallMicroseconds, "skep_worker_wall_seconds_total", "Time from the delivery of events to their ends.", Million),
        (MeterNames.Subrequests, "skep_worker_subrequests_total", "Requests that a Worker sent.", 1),
        (MeterNames.BytesIn, "skep_worker_received_bytes_total", "Bytes of request bodies that a Worker read.", 1),
        (MeterNames.BytesOut, "skep_worker_sent_bytes_total", "Bytes of response bodies.", 1),
    ];

    private static readonly HashSet<string> Fixed = [MeterNames.Requests, .. OfScripts.Select(each => each.Counter)];

    /// <summary>All of it.</summary>
    public static string Write(IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> scripts, IEnumerable<ProcessGauge> process)
    {
        var text = new StringBuilder();
        Begin(text, "skep_worker_requests_total", "Invocations of a Worker, by how they ended.", isCounter: true);
        foreach (var (script, counts) in scripts)
        {
            foreach (var (counter, value) in Ordered(counts).Where(each => each.Key.StartsWith(MeterNames.OutcomePrefix, StringComparison.Ordinal)))
                Sample(text, "skep_worker_requests_total", value, ("script", script), ("outcome", counter[MeterNames.OutcomePrefix.Length..]));
        }

        foreach (var (counter, name, help, unit) in OfScripts)
        {
            Begin(text, name, help, isCounter: true);
            foreach (var (script, counts) in scripts) Sample(text, name, counts.GetValueOrDefault(counter) / unit, ("script", script));
        }

        Begin(text, "skep_worker_operations_total", "What else a Worker did, such as storage operations.", isCounter: true);
        foreach (var (script, counts) in scripts)
        {
            foreach (var (counter, value) in Ordered(counts).Where(each => !Fixed.Contains(each.Key) && !each.Key.StartsWith(MeterNames.OutcomePrefix, StringComparison.Ordinal)))
                Sample(text, "skep_worker_operations_total", value, ("script", script), ("operation", counter));
        }

        foreach (var gauge in process)
        {
            Begin(text, gauge.Name, gauge.Help, gauge.IsCounter);
            Sample(text, gauge.Name, gauge.Value);
        }

        return text.ToString();
    }

    private static IEnumerable<KeyValuePair<string, long>> Ordered(IReadOnlyDictionary<string, long> counts) => counts.OrderBy(each => each.Key, StringComparer.Ordinal);

    private static void Begin(StringBuilder text, string name, string help, bool isCounter) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal))
            .Append("\n# TYPE ").Append(name).Append(isCounter ? " counter\n" : " gauge\n");

    private static void Sample(StringBuilder text, string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
    {
        text.Append(name);
        for (var i = 0; i < labels.Length; i++)
            text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(Escape(labels[i].Value)).Append('"');
        if (labels.Length > 0) text.Append('}');
        text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }

    private static string Escape(string label) =>
        label.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
