using Skep.Abstractions.Metering;

namespace Skep.Runtime.Loading;

/// <summary>What a loaded worker uses is its loader's.</summary>
internal sealed class LoaderMeters(WorkerMeter loaders) : IWorkerMeters
{
    /// <inheritdoc/>
    public WorkerMeter MeterFor(string script, string versionId) => loaders;

    /// <inheritdoc/>
    public void Retire(WorkerMeter meter)
    {
        // The loader goes on with it.
    }
}
