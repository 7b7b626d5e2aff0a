namespace Skep.Abstractions.Hyperdrive;

/// <summary>Where configurations lead, with their passwords.</summary>
public interface IHyperdriveOrigins
{
    /// <summary>The database of that configuration as it is now, or null when there is none.</summary>
    ValueTask<HyperdriveOrigin?> FindOriginAsync(string configId, CancellationToken cancellation = default);
}
