using Skep.Settings;
using Skep.Storage.Analytics;
using Skep.Storage.Vectors;

namespace Skep.Hosting;

/// <summary>What a server keeps for Workers beside KV.</summary>
internal sealed class PlatformStores : IDisposable
{
    private PlatformStores(SqliteAnalyticsStore analytics, SqliteVectorStore vectors) => (Analytics, Vectors) = (analytics, vectors);

    /// <summary>The data points of Analytics Engine.</summary>
    public SqliteAnalyticsStore Analytics { get; }

    /// <summary>The Vectorize indexes.</summary>
    public SqliteVectorStore Vectors { get; }

    /// <summary>Opens what lies in a data folder.</summary>
    public static PlatformStores Open(string folder, SettingValues settings, Action<Exception> onFailure) => new(
        new SqliteAnalyticsStore(
            Path.Combine(folder, "analytics.db"),
            new AnalyticsOptions { Retention = TimeSpan.FromDays(settings.Integer(ServeSettings.AnalyticsRetentionDays)), OnFailure = onFailure },
            TimeProvider.System),
        new SqliteVectorStore(new VectorStoreOptions(Path.Combine(folder, "vectorize")) { OnFailure = onFailure }, TimeProvider.System));

    /// <inheritdoc/>
    public void Dispose()
    {
        Analytics.Dispose();
        Vectors.Dispose();
    }
}
