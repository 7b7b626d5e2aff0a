namespace Skep.Abstractions.Metering;

/// <summary>A figure of a process: a plain record, which can be sent to another one.</summary>
/// <param name="Name">In Prometheus' words, e.g. <c>skep_isolates</c>.</param>
/// <param name="Help">One sentence.</param>
/// <param name="IsCounter">True when it only ever grows.</param>
/// <param name="Value">The figure.</param>
public sealed record ProcessGauge(string Name, string Help, bool IsCounter, double Value);

/// <summary>A part of the program that has figures to tell.</summary>
public interface IGaugeSource
{
    /// <summary>The figures now.</summary>
    IEnumerable<ProcessGauge> Gauges { get; }
}
