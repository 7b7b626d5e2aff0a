using System.Net;
using Microsoft.Extensions.Logging.Abstractions;
using Skep.Abstractions.Geography;
using Skep.Edge.Geography;
using Skep.Testing;

namespace Skep.Edge.Tests.Geography;

public sealed class MmdbTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(24, 4)]
    [InlineData(24, 6)]
    [InlineData(28, 6)]
    [InlineData(32, 6)]
    public void An_address_gets_the_record_of_its_network(int recordSize, int ipVersion)
    {
        MmdbWriter writer = new MmdbWriter(recordSize, ipVersion).Add("192.0.2.0/24", Country("PT")).Add("198.51.100.64/26", Country("DE")).Add("203.0.113.7/32", Country("NZ"));
        if (ipVersion == 6)
            writer.Add("2001:db8::/32", Country("JP"));
        using MmdbLocator locator = Open(writer.ToArray());
        Assert.Equal("PT", CountryOf(locator, "192.0.2.0"));
        Assert.Equal("PT", CountryOf(locator, "192.0.2.255"));
        Assert.Equal("PT", CountryOf(locator, "::ffff:192.0.2.1"));
        Assert.Null(CountryOf(locator, "192.0.3.0"));
        Assert.Equal("DE", CountryOf(locator, "198.51.100.127"));
        Assert.Null(CountryOf(locator, "198.51.100.128"));
        Assert.Equal("NZ", CountryOf(locator, "203.0.113.7"));
        Assert.Equal(ipVersion == 6 ? "JP" : null, CountryOf(locator, "2001:db8:ffff::1"));
        Assert.Null(locator.Locate(null));
    }

    [Fact]
    public void Databases_of_cities_fill_everything()
    {
        using MmdbLocator locator = Open(new MmdbWriter(24, 6).Add("192.0.2.0/24", new()
        {
            ["city"] = Named("Lisbon"),
            ["continent"] = new Dictionary<string, object> { ["code"] = "EU" },
            ["country"] = new Dictionary<string, object> { ["iso_code"] = "PT", ["is_in_european_union"] = true },
            ["location"] = new Dictionary<string, object> { ["latitude"] = 38.7219, ["longitude"] = -9.1398, ["time_zone"] = "Europe/Lisbon", ["metro_code"] = 635UL },
            ["postal"] = new Dictionary<string, object> { ["code"] = "1000-001" },
            ["subdivisions"] = new List<object> { new Dictionary<string, object> { ["iso_code"] = "11", ["names"] = new Dictionary<string, object> { ["en"] = "Lisbon District" } } },
        }).ToArray());
        Assert.Equal(
            new ClientLocation
            {
                City = "Lisbon", Continent = "EU", Country = "PT", IsEuCountry = true, Latitude = "38.72190", Longitude = "-9.13980", MetroCode = "635",
                PostalCode = "1000-001", Region = "Lisbon District", RegionCode = "11", Timezone = "Europe/Lisbon",
            },
            locator.Locate(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void Flat_databases_are_read_and_what_follows_from_the_country_is_filled_in()
    {
        using MmdbLocator locator = Open(
            new MmdbWriter(24, 4).Add("192.0.2.0/24", new() { ["country_code"] = "IE", ["city"] = "Cork", ["state1"] = "Munster", ["timezone"] = "Europe/Dublin", ["latitude"] = 51.9 }).ToArray(),
            new MmdbWriter(24, 4).Add("192.0.2.0/25", new() { ["autonomous_system_number"] = 64496UL, ["autonomous_system_organization"] = "Example", ["country_code"] = "US" }).ToArray());
        ClientLocation both = locator.Locate(IPAddress.Parse("192.0.2.1"))!;
        Assert.Equal(("IE", "EU", true, "Cork", "Munster", "51.90000"), (both.Country, both.Continent, both.IsEuCountry, both.City, both.Region, both.Latitude));
        Assert.Equal((64496, "Example"), (both.Asn, both.AsOrganization));
        Assert.Null(locator.Locate(IPAddress.Parse("192.0.2.129"))!.Asn);
    }

    [Fact]
    public void The_same_place_is_the_same_object()
    {
        using MmdbLocator locator = Open(new MmdbWriter(24, 4).Add("192.0.2.0/24", Country("PT")).ToArray());
        Assert.Same(locator.Locate(IPAddress.Parse("192.0.2.1")), locator.Locate(IPAddress.Parse("192.0.2.2")));
    }

    [Fact]
    public void Texts_that_repeat_are_pointed_to()
    {
        var writer = new MmdbWriter(24, 4);
        for (int n = 0; n < 200; n++)
            writer.Add($"10.0.{n}.0/24", new() { ["country_code"] = n % 2 == 0 ? "PT" : "DE", ["city"] = $"City {n}" });
        using MmdbLocator locator = Open(writer.ToArray());
        Assert.Equal("City 199", locator.Locate(IPAddress.Parse("10.0.199.1"))!.City);
        Assert.Equal("DE", CountryOf(locator, "10.0.199.1"));
    }

    [Fact]
    public void The_real_database_of_countries_knows_well_known_addresses()
    {
        string path = Path.Combine(RepositoryRoot(), "node_modules", "@ip-location-db", "geo-whois-asn-country-mmdb", "geo-whois-asn-country.mmdb");
        using MmdbLocator locator = MmdbLocator.Open([path], NullLogger.Instance);
        Assert.Equal("US", CountryOf(locator, "8.8.8.8"));
        Assert.Equal("JP", CountryOf(locator, "133.11.0.1"));
        Assert.Equal("DE", CountryOf(locator, "141.20.1.1"));
        Assert.Equal("US", CountryOf(locator, "2001:4860:4860::8888"));
        Assert.Null(CountryOf(locator, "127.0.0.1"));
    }

    [Fact]
    public void What_is_no_database_is_refused_by_name()
    {
        foreach (byte[] bytes in new[] { [], "hello"u8.ToArray(), new byte[100_000], [0xab, 0xcd, 0xef, .. "MaxMind.com"u8], [0xab, 0xcd, 0xef, .. "MaxMind.com"u8, 0xff] })
        {
            string path = Write(bytes);
            Assert.Contains(path, Assert.Throws<InvalidDataException>(() => MmdbLocator.Open([path], NullLogger.Instance)).Message);
        }

        Assert.Contains("nowhere.mmdb", Assert.Throws<IOException>(() => MmdbLocator.Open(["nowhere.mmdb"], NullLogger.Instance)).Message);
    }

    [Fact]
    public void A_damaged_database_is_refused_or_knows_less_and_never_more_than_an_error()
    {
        byte[] whole = new MmdbWriter(28, 6).Add("192.0.2.0/24", Country("PT")).Add("2001:db8::/32", new() { ["city"] = new List<object> { "a", 1.5, true, 7UL } }).ToArray();
        var random = new Random(4711);
        IPAddress[] addresses = [IPAddress.Parse("192.0.2.1"), IPAddress.Parse("2001:db8::1"), IPAddress.Parse("::"), IPAddress.Broadcast];
        int refused = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] damaged = whole[..(round % 3 == 0 ? random.Next(whole.Length) : whole.Length)];
            for (int n = random.Next(4); n > 0 && damaged.Length > 0; n--)
                damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            string path = Write(damaged);
            try
            {
                using MmdbLocator locator = MmdbLocator.Open([path], NullLogger.Instance);
                foreach (IPAddress address in addresses)
                    _ = locator.Locate(address);
            }
            catch (InvalidDataException)
            {
                refused++;
            }

            File.Delete(path);
        }

        Assert.InRange(refused, 500, 2999);
    }

    private static Dictionary<string, object> Country(string code) => new() { ["country"] = new Dictionary<string, object> { ["iso_code"] = code } };

    private static Dictionary<string, object> Named(string name) => new() { ["names"] = new Dictionary<string, object> { ["de"] = "x", ["en"] = name } };

    private static string? CountryOf(MmdbLocator locator, string address) => locator.Locate(IPAddress.Parse(address))?.Country;

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Skep.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        return folder;
    }

    private MmdbLocator Open(params byte[][] files) => MmdbLocator.Open(files.Select(Write), NullLogger.Instance);

    private string Write(byte[] bytes)
    {
        string path = Path.Combine(_folder.Path, $"{Guid.NewGuid():N}.mmdb");
        File.WriteAllBytes(path, bytes);
        return path;
    }
}
