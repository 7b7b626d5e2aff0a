namespace Skep.Abstractions.Hyperdrive;

/// <summary>Tries databases out.</summary>
public interface IHyperdriveProbe
{
    /// <summary>Connects and sends an empty query.</summary>
    /// <exception cref="HyperdriveException">It does not work.</exception>
    ValueTask CheckAsync(HyperdriveOrigin origin, CancellationToken cancellation);
}
