using Skep.Settings;
using Skep.Storage.Analytics;

namespace Skep.Hosting;

/// <summary>What a server keeps for Workers beside KV.</summary>
internal sealed class PlatformStores : IDisposable
{
    private PlatformStores(SqliteAnalyticsStore analytics) => Analytics = analytics;

    /// <summary>The data points of Analytics Engine.</summary>
    public SqliteAnalyticsStore Analytics { get; }

    /// <summary>Opens what lies in a data folder.</summary>
    public static PlatformStores Open(string folder, SettingValues settings, Action<Exception> onFailure) => new(
        new SqliteAnalyticsStore(
            Path.Combine(folder, "analytics.db"),
            new AnalyticsOptions { Retention = TimeSpan.FromDays(settings.Integer(ServeSettings.AnalyticsRetentionDays)), OnFailure = onFailure },
            TimeProvider.System));

    /// <inheritdoc/>
    public void Dispose() => Analytics.Dispose();
}
