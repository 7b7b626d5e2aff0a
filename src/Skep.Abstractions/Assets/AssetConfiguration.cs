using System.Collections.Immutable;

namespace Skep.Abstractions.Assets;

/// <summary>How a version's assets are served (https://developers.cloudflare.com/workers/static-assets/).</summary>
public sealed record AssetConfiguration
{
    /// <summary>What paths lead to HTML files.</summary>
    public HtmlHandling HtmlHandling { get; init; }

    /// <summary>What answers a request for which there is no asset.</summary>
    public NotFoundHandling NotFoundHandling { get; init; }

    /// <summary>True when the Worker gets every request, and assets only come through its binding.</summary>
    public bool RunWorkerFirst { get; init; }

    /// <summary>The paths whose requests the Worker gets first, e.g. <c>/api/*</c>, <c>!/api/docs/*</c>; see <see cref="WorkerFirstRules"/>.</summary>
    public ImmutableArray<string> WorkerFirst { get; init; } = [];

    /// <summary>The text of the <c>_headers</c> file; see <see cref="HeadersFile"/>.</summary>
    public string Headers { get; init; } = "";

    /// <summary>The text of the <c>_redirects</c> file; see <see cref="RedirectsFile"/>.</summary>
    public string Redirects { get; init; } = "";
}

/// <summary>https://developers.cloudflare.com/workers/static-assets/routing/advanced/html-handling/</summary>
public enum HtmlHandling
{
    /// <summary><c>/page.html</c> is at <c>/page</c>, <c>/page/index.html</c> at <c>/page/</c>.</summary>
    AutoTrailingSlash,

    /// <summary>Both are at <c>/page/</c>.</summary>
    ForceTrailingSlash,

    /// <summary>Both are at <c>/page</c>.</summary>
    DropTrailingSlash,

    /// <summary>Each file is where its name says, and nowhere else.</summary>
    None,
}

/// <summary>https://developers.cloudflare.com/workers/static-assets/routing/</summary>
public enum NotFoundHandling
{
    /// <summary>The Worker, or 404 when there is none.</summary>
    None,

    /// <summary><c>/index.html</c>, with 200.</summary>
    SinglePageApplication,

    /// <summary>The nearest <c>404.html</c>, with 404.</summary>
    NotFoundPage,
}

/// <summary>The names of these settings in configuration files and in the upload API.</summary>
public static class AssetSettings
{
    /// <summary>Values of <c>html_handling</c>.</summary>
    public static ImmutableDictionary<string, HtmlHandling> HtmlHandlings { get; } = ImmutableDictionary.CreateRange<string, HtmlHandling>(
    [
        new("auto-trailing-slash", HtmlHandling.AutoTrailingSlash),
        new("force-trailing-slash", HtmlHandling.ForceTrailingSlash),
        new("drop-trailing-slash", HtmlHandling.DropTrailingSlash),
        new("none", HtmlHandling.None),
    ]);

    /// <summary>Values of <c>not_found_handling</c>.</summary>
    public static ImmutableDictionary<string, NotFoundHandling> NotFoundHandlings { get; } = ImmutableDictionary.CreateRange<string, NotFoundHandling>(
    [
        new("single-page-application", NotFoundHandling.SinglePageApplication),
        new("404-page", NotFoundHandling.NotFoundPage),
        new("none", NotFoundHandling.None),
    ]);
}
