using System.Net;
using Skep.Abstractions.Geography;

namespace Skep.Hosting;

/// <summary>Where clients seem to be in development, whose addresses tell nothing: everyone is in the place that
/// <c>wrangler dev</c> falls back to.</summary>
internal sealed class DevelopmentLocation : IClientLocator
{
    /// <summary>The airport code of the data centre there.</summary>
    public const string Colo = "DFW";

    private static readonly ClientLocation Austin = new()
    {
        Asn = 395747,
        AsOrganization = "Cloudflare, Inc.",
        Country = "US",
        Continent = "NA",
        City = "Austin",
        Region = "Texas",
        RegionCode = "TX",
        MetroCode = "635",
        PostalCode = "78701",
        Latitude = "30.27130",
        Longitude = "-97.74260",
        Timezone = "America/Chicago",
    };

    /// <inheritdoc/>
    public ClientLocation Locate(IPAddress? client) => Austin;
}
