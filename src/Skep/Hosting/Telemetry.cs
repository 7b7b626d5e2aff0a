using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Skep.Abstractions.Metering;
using Skep.Edge.Observability;

namespace Skep.Hosting;

/// <summary>Exports spans and figures over OTLP (https://opentelemetry.io/docs/specs/otlp/, HTTP with Protocol Buffers). Headers, time
/// limits and resource attributes come from the standard's own environment variables (OTEL_EXPORTER_OTLP_HEADERS…).</summary>
internal sealed class Telemetry : IDisposable
{
    private readonly Meter _meter = new(Spans.SourceName);
    private readonly MeterProvider _metrics;
    private readonly TracerProvider _traces;

    /// <param name="options">Where to, and how much.</param>
    /// <param name="totals">What each script has used since the start.</param>
    /// <param name="gauges">Figures of the process; their names must not change.</param>
    public Telemetry(Options options, Func<IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>>> totals, Func<IEnumerable<ProcessGauge>> gauges)
    {
        var resource = ResourceBuilder.CreateDefault().AddService("skep").AddEnvironmentVariableDetector();
        _meter.CreateObservableCounter<long>("skep.worker.requests", () => Measure(totals(), MeterNames.OutcomePrefix, "outcome"), description: "Invocations, by how they ended.");
        _meter.CreateObservableCounter<long>("skep.worker.cpu", () => Measure(totals(), MeterNames.CpuMicroseconds), "us", "CPU time.");
        _meter.CreateObservableCounter<long>("skep.worker.wall", () => Measure(totals(), MeterNames.WallMicroseconds), "us", "Wall time.");
        _meter.CreateObservableCounter<long>("skep.worker.subrequests", () => Measure(totals(), MeterNames.Subrequests), description: "Requests that were sent.");
        _meter.CreateObservableCounter<long>("skep.worker.received", () => Measure(totals(), MeterNames.BytesIn), "By", "Bytes of request bodies.");
        _meter.CreateObservableCounter<long>("skep.worker.sent", () => Measure(totals(), MeterNames.BytesOut), "By", "Bytes of response bodies.");
        foreach (var gauge in gauges())
        {
            double Read() => gauges().FirstOrDefault(each => each.Name == gauge.Name)?.Value ?? 0;
            if (gauge.IsCounter) _meter.CreateObservableCounter<double>(gauge.Name, Read, description: gauge.Help);
            else _meter.CreateObservableGauge<double>(gauge.Name, Read, description: gauge.Help);
        }

        _traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Spans.SourceName)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.Share)))
            .AddOtlpExporter(exporter => Configure(exporter, options, "v1/traces"))
            .Build();
        _metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Spans.SourceName)
            .AddOtlpExporter(exporter => Configure(exporter, options, "v1/metrics"))
            .Build();
    }

    /// <summary>What to export.</summary>
    /// <param name="Endpoint">The collector, without <c>v1/traces</c>.</param>
    /// <param name="Share">Of the requests that begin a trace here: from 0 to 1.</param>
    internal sealed record Options(Uri Endpoint, double Share);

    /// <summary>Exports what is left.</summary>
    public void Dispose()
    {
        _traces.Dispose();
        _metrics.Dispose();
        _meter.Dispose();
    }

    private static void Configure(OtlpExporterOptions exporter, Options options, string path)
    {
        exporter.Protocol = OtlpExportProtocol.HttpProtobuf;
        exporter.Endpoint = new Uri($"{options.Endpoint.AbsoluteUri.TrimEnd('/')}/{path}");
    }

    private static IEnumerable<Measurement<long>> Measure(IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> totals, string counter) =>
        totals.Select(script => new Measurement<long>(script.Value.GetValueOrDefault(counter), KeyValuePair.Create<string, object?>("script", script.Key)));

    private static IEnumerable<Measurement<long>> Measure(IReadOnlyDictionary<string, IReadOnlyDictionary<string, long>> totals, string prefix, string tag) =>
        from script in totals
        from count in script.Value
        where count.Key.StartsWith(prefix, StringComparison.Ordinal)
        select new Measurement<long>(count.Value, KeyValuePair.Create<string, object?>("script", script.Key), KeyValuePair.Create<string, object?>(tag, count.Key[prefix.Length..]));
}
