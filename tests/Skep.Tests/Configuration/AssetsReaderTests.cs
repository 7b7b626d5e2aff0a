using System.Collections.Immutable;
using Skep.Abstractions.Assets;
using Skep.Abstractions.Workers;
using Skep.Configuration;
using Skep.Diagnostics;
using Xunit;

namespace Skep.Tests.Configuration;

public sealed class AssetsReaderTests : ProjectTest
{
    [Fact]
    public async Task A_project_has_a_folder_of_assets_and_a_binding_to_it()
    {
        Folder.Write("public/index.html", "x");
        Folder.Write("index.js", "export default {}");
        var (project, warnings) = await ReadAsync("""
            "main": "index.js",
            "assets": { "directory": "./public", "binding": "ASSETS", "html_handling": "drop-trailing-slash", "not_found_handling": "404-page", "run_worker_first": ["/api/*", "!/api/docs"] }
            """);
        Assert.Empty(warnings);
        Assert.Equal(Path.Combine(Folder.Path, "public"), project.Assets!.Directory);
        Assert.Equal((HtmlHandling.DropTrailingSlash, NotFoundHandling.NotFoundPage, false), (project.Assets.Configuration.HtmlHandling, project.Assets.Configuration.NotFoundHandling, project.Assets.Configuration.RunWorkerFirst));
        Assert.Equal(["/api/*", "!/api/docs"], project.Assets.Configuration.WorkerFirst);
        Assert.Equal([new AssetsBinding("ASSETS")], project.Bindings);
    }

    [Fact]
    public async Task Without_main_it_is_assets_only()
    {
        Folder.Write("public/index.html", "x");
        Folder.Write("index.js", "this is no Worker, but a file of the build");
        var (project, _) = await ReadAsync("\"assets\": { \"directory\": \"public\" }");
        Assert.Equal("", project.Entry);
        Assert.NotNull(project.Assets);
    }

    [Theory]
    [InlineData("\"assets\": { \"directory\": \"missing\" }", "\"assets.directory\" names missing, which does not exist")]
    [InlineData("\"assets\": {}", "\"assets.directory\" is missing")]
    [InlineData("\"assets\": { \"directory\": \"public\", \"binding\": \"A\" }", "\"assets.binding\" needs a Worker")]
    [InlineData("\"assets\": { \"directory\": \"public\", \"run_worker_first\": true }", "\"assets.run_worker_first\" needs a Worker")]
    [InlineData("\"assets\": { \"directory\": \"public\", \"html_handling\": \"x\" }", "\"assets.html_handling\" cannot be \"x\"")]
    [InlineData("\"main\": \"index.js\", \"assets\": { \"directory\": \"public\", \"run_worker_first\": [\"api\"] }", "Invalid routes in `run_worker_first`:\n'api': rules must start with '/' or '!/'")]
    [InlineData("\"main\": \"index.js\", \"assets\": { \"directory\": \"public\", \"run_worker_first\": 3 }", "\"assets.run_worker_first\" must be true or false, but is a number")]
    public async Task Mistakes_are_named(string settings, string expected)
    {
        Folder.Write("public/index.html", "x");
        Folder.Write("index.js", "export default {}");
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => ReadAsync(settings));
        Assert.Equal(expected, failure.Diagnostics.First(diagnostic => diagnostic.Severity == Severity.Error).Message);
    }

    [Fact]
    public async Task Lines_of_the_rules_that_do_not_count_are_warnings()
    {
        Folder.Write("public/_redirects", "/a /b\n/c\n");
        var (_, warnings) = await ReadAsync("\"assets\": { \"directory\": \"public\" }");
        var warning = Assert.Single(warnings);
        Assert.Equal("A line of _redirects does not count: Expected exactly 2 or 3 whitespace-separated tokens. Got 1.", warning.Message);
        Assert.Equal(2, warning.Position!.Line);
    }

    private Task<(ProjectConfig Project, ImmutableArray<Diagnostic> Warnings)> ReadAsync(string settings)
    {
        Folder.Write("wrangler.jsonc", $$"""{ "name": "site", "compatibility_date": "2026-01-01", {{settings}} }""");
        return ReadProjectAsync();
    }
}
