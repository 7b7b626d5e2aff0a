using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workers;
using Skep.Control.Calls;

namespace Skep.Control.Uploads;

/// <summary>Which resources of the platform's further services versions may be bound to.</summary>
internal static class PlatformBindings
{
    /// <exception cref="Envelopes.ApiException">One does not exist, or the token may not hand it out.</exception>
    public static async Task CheckAsync(WorkerVersion version, ApiRequest request, PlatformServices platform, ICatalog catalog)
    {
        await BoundResources.CheckAsync(
            request,
            catalog,
            BindingReader.Hyperdrive,
            "id",
            "Hyperdrive configuration",
            [.. version.Bindings.OfType<HyperdriveBinding>().Select(binding => binding.ConfigId).Distinct(StringComparer.Ordinal)],
            async id => platform.Hyperdrive is { } configs && await configs.FindConfigAsync(id) is not null);
        await BoundResources.CheckAsync(
            request,
            catalog,
            BindingReader.Vectorize,
            "index_name",
            "Vectorize index",
            [.. version.Bindings.OfType<VectorizeBinding>().Select(binding => binding.Index).Distinct(StringComparer.Ordinal)],
            async name => platform.VectorIndexes is { } indexes && await indexes.FindAsync(name) is not null);
    }
}
