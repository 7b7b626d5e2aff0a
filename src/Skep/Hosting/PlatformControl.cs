using Skep.Control;
using Skep.Edge.Postgres;

namespace Skep.Hosting;

/// <summary>What the control plane manages beside scripts and KV.</summary>
internal static class PlatformControl
{
    public static PlatformServices Of(DataFolder data) => new()
    {
        Hyperdrive = data.Catalog.HyperdriveConfigs,
        VectorIndexes = data.Platform.Vectors,
        Vectors = data.Platform.Vectors,
        Analytics = data.Platform.Analytics,
        EmailRules = data.Catalog.EmailRules,
        HyperdriveProbe = new HyperdriveProbe(),
    };
}
