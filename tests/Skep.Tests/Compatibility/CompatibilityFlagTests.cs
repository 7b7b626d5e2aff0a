using System.Globalization;
using System.Text;
using Skep.Abstractions.Compatibility;
using Skep.Tests.Architecture;
using Xunit;

namespace Skep.Tests.Compatibility;

public sealed class CompatibilityFlagTests
{
    [Fact]
    public void A_flag_is_on_from_its_date()
    {
        Assert.DoesNotContain("global_navigator", CompatibilityFlags.On("2022-03-20", []));
        Assert.Contains("global_navigator", CompatibilityFlags.On("2022-03-21", []));
        Assert.DoesNotContain("global_navigator", CompatibilityFlags.On("2022-03-21", ["no_global_navigator"]));
        Assert.Contains("global_navigator", CompatibilityFlags.On("2021-11-02", ["global_navigator"]));
    }

    [Fact]
    public void A_flag_implies_others_from_their_dates()
    {
        Assert.DoesNotContain("nodejs_compat_v2", CompatibilityFlags.On("2024-09-22", ["nodejs_compat"]));
        Assert.Contains("nodejs_compat_v2", CompatibilityFlags.On("2024-09-23", ["nodejs_compat"]));
        Assert.DoesNotContain("nodejs_compat_v2", CompatibilityFlags.On("2024-09-23", ["nodejs_compat", "no_nodejs_compat_v2"]));

        // Through another: http modules, then their server part.
        Assert.Contains("enable_nodejs_http_server_modules", CompatibilityFlags.On("2025-09-01", ["nodejs_compat"]));
        Assert.DoesNotContain("enable_nodejs_http_server_modules", CompatibilityFlags.On("2025-09-01", []));
    }

    [Fact]
    public void Unknown_names_are_nobodys()
    {
        Assert.Null(CompatibilityFlags.Find("nodejs_compatible"));
        Assert.DoesNotContain("nodejs_compatible", CompatibilityFlags.On("2026-01-01", ["nodejs_compatible"]));
    }

    [Fact]
    public void Every_name_and_date_is_well_formed()
    {
        Assert.Equal(CompatibilityFlags.All.Count, CompatibilityFlags.All.Select(flag => flag.Enable).Distinct().Count());
        foreach (var flag in CompatibilityFlags.All)
        {
            Assert.NotEqual("", flag.Note);
            foreach (var date in new[] { flag.Since, flag.ImpliedSince })
            {
                if (date is not null) Assert.True(DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _), flag.Enable);
            }

            Assert.All(flag.ImpliedBy, name => Assert.Equal(name, CompatibilityFlags.Find(name)?.Enable));
            Assert.Equal(flag.ImpliedBy.Count > 0, flag.ImpliedSince is not null);
        }
    }

    /// <summary>When this fails, the page as it should be is beside the test program: copy it.</summary>
    [Fact]
    public void The_page_lists_every_flag()
    {
        var expected = Path.Combine(AppContext.BaseDirectory, "compatibility-flags.md");
        File.WriteAllText(expected, Page());
        var page = Path.Combine(SourceTree.Root, "docs", "compatibility-flags.md");
        Assert.True(File.ReadAllText(page) == Page(), $"docs/compatibility-flags.md is not what the table says. Run: cp {expected} {page}");
    }

    private static string Page()
    {
        StringBuilder page = new("""
            # Compatibility flags

            Generated from the table in `src/Skep.Abstractions/Compatibility/` by its test; do not edit.

            `compatibility_date` and `compatibility_flags` mean what they mean to Cloudflare
            (https://developers.cloudflare.com/workers/configuration/compatibility-flags/): a flag is on from its date, or when it
            is named, unless the name that disables it is. An unknown flag is a warning, a date in the future an error.


            """);
        Section(FlagEffect.Honoured, "Flags that change something", "Switches");
        Section(FlagEffect.Always, "What is so at every date", "Always");
        Section(FlagEffect.Elsewhere, "Accepted without effect", "Why");
        return page.ToString();

        void Section(FlagEffect effect, string title, string column)
        {
            page.Append(CultureInfo.InvariantCulture, $"## {title}\n\n| Flag | Disabled by | On from | {column} |\n| --- | --- | --- | --- |\n");
            foreach (var flag in CompatibilityFlags.All.Where(flag => flag.Effect == effect))
            {
                var since = flag.Since ?? (flag.ImpliedSince is { } date ? $"{date} with {string.Join(" or ", flag.ImpliedBy.Select(name => $"`{name}`"))}" : "");
                page.Append(CultureInfo.InvariantCulture, $"| `{flag.Enable}` | {(flag.Disable is { } off ? $"`{off}`" : "")} | {since} | {flag.Note}{(flag.IsExperimental ? " (experimental)" : "")} |\n");
            }

            page.Append('\n');
        }
    }
}
