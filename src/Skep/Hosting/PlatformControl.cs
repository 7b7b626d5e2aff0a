using Skep.Abstractions.Catalog;
using Skep.Abstractions.Channels;
using Skep.Control;
using Skep.Control.Api;
using Skep.Control.Metrics;
using Skep.Control.Uploads;
using Skep.Edge.Postgres;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>The control plane over a data folder, in one process or in front of several.</summary>
internal static class PlatformControl
{
    /// <summary>Not started yet.</summary>
    /// <param name="options">Account, address, limits.</param>
    /// <param name="data">The folder.</param>
    /// <param name="stores">What was opened in it.</param>
    /// <param name="feeds">What it shows of what runs.</param>
    /// <param name="target">Where versions run.</param>
    /// <param name="cache">What is purged; null when nothing can be.</param>
    /// <param name="onFailure">Hears of errors that are no one's but Skep's.</param>
    /// <param name="time">The clock.</param>
    public static ControlServer Create(
        ControlOptions options, DataFolder data, ServedStores stores, ControlFeeds feeds, IDeploymentTarget target, ICachePurge? cache, Action<Exception> onFailure, TimeProvider time) => new(
        options,
        data.Catalog,
        data.Catalog,
        feeds,
        data.Cipher,
        new(data.Catalog.KvNamespaces, stores.Kv),
        new(data.Workflows, data.Workflows),
        new(data.Catalog.D1Databases, stores.D1, stores.D1, data.D1Uploads),
        new(data.Catalog.R2Buckets, stores.R2),
        data.Assets.Uploads,
        target,
        time,
        onFailure,
        cache,
        new(stores.Queues, stores.Queues),
        Services(data),
        stores.Objects.Store);

    private static PlatformServices Services(DataFolder data) => new()
    {
        Hyperdrive = data.Catalog.HyperdriveConfigs,
        VectorIndexes = data.Platform.Vectors,
        Vectors = data.Platform.Vectors,
        Analytics = data.Platform.Analytics,
        EmailRules = data.Catalog.EmailRules,
        HyperdriveProbe = new HyperdriveProbe(),
    };
}
