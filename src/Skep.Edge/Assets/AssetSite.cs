using Skep.Abstractions.Assets;
using Skep.Abstractions.Compatibility;
using Skep.Abstractions.Workers;

namespace Skep.Edge.Assets;

/// <summary>The static assets of a version: what answers which request (https://developers.cloudflare.com/workers/static-assets/).</summary>
internal sealed class AssetSite(IAssetIndex index, Func<AssetRules> rules, AssetBodies bodies, AssetConfiguration configuration, bool navigationPrefersAssets)
{
    private const string NavigationFlag = "assets_navigation_prefers_asset_serving";
    private const string Index = "/index.html";

    /// <summary>The version's assets.</summary>
    /// <exception cref="InvalidDataException">The configuration is malformed.</exception>
    public static AssetSite Create(WorkerVersion version, AssetBodies? uploaded)
    {
        AssetConfiguration configuration = version.Assets!.Configuration;
        bool prefers = CompatibilityFlags.On(version.CompatibilityDate, version.CompatibilityFlags).Contains(NavigationFlag);
        switch (version.Assets)
        {
            case UploadedAssets files when uploaded is not null:
                var fixedRules = new AssetRules(configuration);
                return new AssetSite(new AssetTable(files), () => fixedRules, uploaded, configuration, prefers);
            case AssetDirectory directory:
                var live = new LiveDirectory(directory.Directory, configuration.HtmlHandling);
                var rules = new LiveRules(directory);
                return new AssetSite(live, rules.Read, new AssetBodies(live, 0), configuration, prefers);
            default:
                throw new NotSupportedException($"The assets of {version.Name} are {version.Assets.GetType().Name}, which the edge does not know.");
        }
    }

    /// <summary>The bytes of assets.</summary>
    public AssetBodies Bodies { get; } = bodies;

    /// <summary>The rules as they are now.</summary>
    public AssetRules Rules => rules();

    /// <summary>The answer to a client; null when it is the Worker's to give.</summary>
    public AssetReply? AnswerClient(in AssetRequest request, bool hasWorker)
    {
        if (!hasWorker) return Answer(request);
        AssetRules current = Rules;
        if (current.HasWorkerFirst)
        {
            switch (current.IsWorkersFirst(request.Path))
            {
                case true:
                    return null;
                case false:
                    return Answer(request);
            }
        }

        if (configuration.RunWorkerFirst) return null;
        // A Worker would never hear of a path that is not there, were it not asked before the page that says so.
        bool navigation = navigationPrefersAssets && configuration.NotFoundHandling != NotFoundHandling.None && request.GetHeader("sec-fetch-mode") == "navigate";
        return Answer(request, current, current.HasWorkerFirst || navigation ? configuration.NotFoundHandling : NotFoundHandling.None);
    }

    /// <summary>The answer, when there is no Worker to ask.</summary>
    public AssetReply Answer(in AssetRequest request) => Answer(request, Rules, configuration.NotFoundHandling) ?? new AssetReply(404);

    private AssetReply? Answer(in AssetRequest request, AssetRules current, NotFoundHandling notFound)
    {
        ReadOnlySpan<char> path = request.Path;
        bool rewritten = false;
        if (current.HasRedirects && current.Redirect(request.Host, path.ToString()) is var (target, status))
        {
            if (status != 200) return new AssetReply(status, Location: RedirectLocation.Of(target, request));
            path = UrlPath.Normalize(target.AsSpan().IndexOfAny('?', '#') is >= 0 and var end ? target[..end] : target);
            rewritten = true;
        }

        ReadOnlySpan<char> decoded = AssetPath.IsCanonical(path) ? path : AssetPath.Decode(path.ToString());
        if ((index.Resolve(decoded) ?? NotFound(decoded, notFound)) is not { } match) return rewritten ? new AssetReply(404) : null;
        if (!request.IsReading) return new AssetReply(405);
        if (match.Redirect is not null) return Redirect(match.Redirect, request);
        // An asset is served at one spelling of its path.
        if (!AssetPath.IsCanonical(path) && AssetPath.Encode(decoded.ToString()) is var canonical && !path.SequenceEqual(canonical)) return Redirect(canonical, request, encoded: true);
        return new AssetReply(match.NotFound ? 404 : 200, match.Entry);
    }

    private static AssetReply Redirect(string path, in AssetRequest request, bool encoded = false) =>
        new(307, Location: string.Concat(encoded ? path : AssetPath.Encode(path), request.Query));

    private AssetMatch? NotFound(ReadOnlySpan<char> path, NotFoundHandling handling)
    {
        switch (handling)
        {
            case NotFoundHandling.SinglePageApplication:
                return index.Find(Index) is { } application ? new AssetMatch(application) : null;
            case NotFoundHandling.NotFoundPage:
                while (path.Length > 0)
                {
                    path = path[..path.LastIndexOf('/')];
                    if (index.FindPage(path) is { } page) return new AssetMatch(page, NotFound: true);
                }

                return null;
            default:
                return null;
        }
    }
}
