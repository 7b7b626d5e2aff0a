using Skep.Abstractions.Analytics;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Vectors;

namespace Skep.Control;

/// <summary>Further services that the control plane manages; what is null is refused.</summary>
public sealed record PlatformServices
{
    /// <summary>The Hyperdrive configurations.</summary>
    public IHyperdriveConfigs? Hyperdrive { get; init; }

    /// <summary>The Vectorize indexes.</summary>
    public IVectorIndexes? VectorIndexes { get; init; }

    /// <summary>What is in them.</summary>
    public IVectorStore? Vectors { get; init; }

    /// <summary>Answers queries about data points.</summary>
    public IAnalyticsQueries? Analytics { get; init; }

    /// <summary>The rules by which email is routed.</summary>
    public IEmailRules? EmailRules { get; init; }

    /// <summary>Tries the databases of configurations out.</summary>
    public IHyperdriveProbe? HyperdriveProbe { get; init; }
}
