using System.Globalization;
using Skep.Abstractions.Geography;

namespace Skep.Edge.Geography;

/// <summary>Makes a location of a record. MaxMind's and DB-IP's databases nest their values (<c>country.iso_code</c>); ip-location-db's and
/// IPinfo's are flat (<c>country_code</c>).</summary>
internal static class LocationReader
{
    /// <summary>What the record says; null when that is nothing about a place or a network.</summary>
    public static ClientLocation? Read(object record)
    {
        if (record is not Dictionary<string, object> map)
            return null;
        string? country = Text(map, "country", "iso_code") ?? Text(map, "country_code") ?? Text(map, "country") ?? Text(map, "registered_country", "iso_code");
        Dictionary<string, object>? subdivision = map.GetValueOrDefault("subdivisions") is List<object> { Count: > 0 } all ? all[0] as Dictionary<string, object> : null;
        var location = new ClientLocation
        {
            Asn = Number(map, "autonomous_system_number") ?? Asn(Text(map, "asn")) ?? Number(map, "asn"),
            AsOrganization = Text(map, "autonomous_system_organization") ?? Text(map, "as_name") ?? Text(map, "as_organization"),
            Country = country is { Length: 2 } ? country.ToUpperInvariant() : null,
            Continent = Text(map, "continent", "code") ?? Text(map, "continent_code") ?? Countries.ContinentOf(country),
            IsEuCountry = Find(map, "country", "is_in_european_union") as bool? ?? Countries.IsInEuropeanUnion(country),
            Region = subdivision is null ? Text(map, "state1") ?? Text(map, "region") : English(subdivision),
            RegionCode = subdivision is null ? Text(map, "region_code") : Text(subdivision, "iso_code"),
            City = Text(map, "city") ?? (Find(map, "city") is Dictionary<string, object> city ? English(city) : null),
            PostalCode = Text(map, "postal", "code") ?? Text(map, "postcode") ?? Text(map, "postal_code"),
            MetroCode = Find(map, "location", "metro_code") is { } metro ? Convert.ToString(metro, CultureInfo.InvariantCulture) : null,
            Latitude = Degrees(Find(map, "location", "latitude") ?? Find(map, "latitude")),
            Longitude = Degrees(Find(map, "location", "longitude") ?? Find(map, "longitude")),
            Timezone = Text(map, "location", "time_zone") ?? Text(map, "timezone"),
        };
        return location == new ClientLocation() ? null : location;
    }

    /// <summary>The first location, with what it leaves open from the second.</summary>
    public static ClientLocation Merge(ClientLocation first, ClientLocation second) => new()
    {
        Asn = first.Asn ?? second.Asn,
        AsOrganization = first.AsOrganization ?? second.AsOrganization,
        Country = first.Country ?? second.Country,
        IsEuCountry = first.Country is null ? second.IsEuCountry : first.IsEuCountry,
        Continent = first.Continent ?? second.Continent,
        Region = first.Region ?? second.Region,
        RegionCode = first.RegionCode ?? second.RegionCode,
        City = first.City ?? second.City,
        PostalCode = first.PostalCode ?? second.PostalCode,
        MetroCode = first.MetroCode ?? second.MetroCode,
        Latitude = first.Latitude ?? second.Latitude,
        Longitude = first.Longitude ?? second.Longitude,
        Timezone = first.Timezone ?? second.Timezone,
    };

    private static object? Find(Dictionary<string, object> map, string name) => map.GetValueOrDefault(name);

    private static object? Find(Dictionary<string, object> map, string outer, string inner) => (map.GetValueOrDefault(outer) as Dictionary<string, object>)?.GetValueOrDefault(inner);

    private static string? Text(Dictionary<string, object> map, string name) => Find(map, name) is string { Length: > 0 } text ? text : null;

    private static string? Text(Dictionary<string, object> map, string outer, string inner) => Find(map, outer, inner) is string { Length: > 0 } text ? text : null;

    private static string? English(Dictionary<string, object> named) => Text(named, "names", "en");

    private static long? Number(Dictionary<string, object> map, string name) => Find(map, name) is ulong and <= uint.MaxValue and var number ? (long)number : null;

    // IPinfo writes AS15169.
    private static long? Asn(string? text) =>
        text is not null && uint.TryParse(text.AsSpan(text.StartsWith("AS", StringComparison.Ordinal) ? 2 : 0), NumberStyles.None, CultureInfo.InvariantCulture, out uint number) ? number : null;

    // As Cloudflare writes them: five decimals.
    private static string? Degrees(object? value) => value switch
    {
        double number => number.ToString("F5", CultureInfo.InvariantCulture),
        string { Length: > 0 } text => text,
        _ => null,
    };
}
