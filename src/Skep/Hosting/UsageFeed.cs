using Skep.Edge.Observability;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>From the workers' meters to the folder.</summary>
internal sealed class UsageFeed : IAsyncDisposable
{
    public UsageFeed(DataFolder data, Terminal terminal) => Recorder = new UsageRecorder(
        Meters.Collect,
        data.Usage,
        TimeProvider.System,
        failure => terminal.Offer(isError: true, style => $"{style.Red("✘ What Workers used could not be stored, and is tried again:")} {failure.Message}"));

    public MeterRegistry Meters { get; } = new();

    public UsageRecorder Recorder { get; }

    public ValueTask DisposeAsync() => Recorder.DisposeAsync();
}
