using System.Text.Json;
using System.Text.RegularExpressions;
using Skep.Abstractions.Events;
using Skep.Testing;

namespace Skep.Edge.Tests.Dispatch;

/// <summary>docs/request-cf.md against the Workers types and against what the edge writes.</summary>
public sealed partial class CfPropertiesTests
{
    // Whatever a request, its own properties and those of every interface that it is made of.
    private static readonly string[] Interfaces =
    [
        "IncomingRequestCfPropertiesBase", "IncomingRequestCfPropertiesBotManagement", "IncomingRequestCfPropertiesBotManagementEnterprise", "IncomingRequestCfPropertiesCloudflareForSaaSEnterprise",
        "IncomingRequestCfPropertiesGeographicInformation", "IncomingRequestCfPropertiesCloudflareAccessOrApiShield",
    ];

    [Fact]
    public void Every_property_of_the_types_is_on_the_page()
    {
        string types = File.ReadAllText(Path.Combine(Root(), "node_modules", "@cloudflare", "workers-types", "index.d.ts"));
        string[] declared = [.. Interfaces.SelectMany(name =>
        {
            Match body = Regex.Match(types, $@"^interface {name}(?:<[^>]*>)?(?: extends [^{{]*)? \{{\n(.*?)^\}}", RegexOptions.Multiline | RegexOptions.Singleline, TimeSpan.FromSeconds(10));
            Assert.True(body.Success, $"The types do not declare {name} any more.");
            return Member().Matches(body.Groups[1].Value).Select(member => member.Groups["name"].Value);
        })];
        Assert.Contains("httpProtocol", declared);
        Assert.Contains("country", declared);
        Assert.Empty(declared.Except(OnThePage()));
    }

    [Fact]
    public async Task Every_property_that_is_written_is_on_the_page_and_the_others_are_said_to_be_absent()
    {
        await using TestEdge edge = await TestEdge.StartAsync(request => request.Answer(200, request.Cf!));
        string response = await edge.GetAsync("/");
        using var cf = JsonDocument.Parse(response[(response.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
        string[] written = [.. cf.RootElement.EnumerateObject().Select(property => property.Name)];
        Assert.Empty(written.Except(OnThePage()));
        Assert.Empty(OnThePage(absent: true).Intersect(written));
        Assert.Equal(["isEUCountry"], OnThePage().Except(written).Except(OnThePage(absent: true)));
    }

    private static IEnumerable<string> OnThePage(bool absent = false) => File.ReadLines(Path.Combine(Root(), "docs", "request-cf.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal) && (!absent || line.EndsWith("| absent |", StringComparison.Ordinal)))
        .SelectMany(line => Name().Matches(line.Split('|')[1]).Select(name => name.Groups["name"].Value));

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Skep.slnx")))
            folder = Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("The tests run outside of the repository.");
        return folder;
    }

    [GeneratedRegex(@"^  (?<name>\w+)\??:", RegexOptions.Multiline | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Member();

    [GeneratedRegex("`(?<name>\\w+)`", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex Name();
}
