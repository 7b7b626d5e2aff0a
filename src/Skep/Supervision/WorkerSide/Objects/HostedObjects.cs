using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Hosting;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>The objects that the workers of this process run.</summary>
internal sealed class HostedObjects(LocalObjects local, WorkerPlatform platform) : ILocalObjects
{
    /// <inheritdoc/>
    public IServedWorker? Find(ObjectAddress address) => local.Find(address);

    /// <inheritdoc/>
    public Task EvictAsync(ObjectAddress address) => platform.EvictObjectAsync(address);
}
