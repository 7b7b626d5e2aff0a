namespace Skep.Abstractions.Geography;

/// <summary>Where a client is and whose network it is in, as <c>request.cf</c> tells
/// (https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties). What is not known is null.</summary>
public sealed record ClientLocation
{
    /// <summary>The number of the autonomous system, such as 395747.</summary>
    public long? Asn { get; init; }

    /// <summary>Its owner's name.</summary>
    public string? AsOrganization { get; init; }

    /// <summary>ISO 3166-1 alpha-2, or <c>T1</c> for Tor.</summary>
    public string? Country { get; init; }

    /// <summary>Whether the country is in the European Union.</summary>
    public bool IsEuCountry { get; init; }

    /// <summary>Two letters, such as <c>EU</c>.</summary>
    public string? Continent { get; init; }

    /// <summary>The first-level division's name, such as Texas.</summary>
    public string? Region { get; init; }

    /// <summary>Its ISO 3166-2 code, such as TX.</summary>
    public string? RegionCode { get; init; }

    /// <summary>The city's name.</summary>
    public string? City { get; init; }

    /// <summary>The postal code.</summary>
    public string? PostalCode { get; init; }

    /// <summary>The designated market area (United States).</summary>
    public string? MetroCode { get; init; }

    /// <summary>Degrees north as text, such as 30.27130.</summary>
    public string? Latitude { get; init; }

    /// <summary>Degrees east as text, such as -97.74260.</summary>
    public string? Longitude { get; init; }

    /// <summary>The IANA name, such as America/Chicago.</summary>
    public string? Timezone { get; init; }
}
