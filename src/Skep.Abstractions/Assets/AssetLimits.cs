namespace Skep.Abstractions.Assets;

/// <summary>Cloudflare's limits for static assets (https://developers.cloudflare.com/workers/platform/limits/#static-assets).</summary>
public static class AssetLimits
{
    /// <summary>Files of a version.</summary>
    public const int Files = 100_000;

    /// <summary>Bytes of a file.</summary>
    public const long FileBytes = 25L << 20;

    /// <summary>Rules of a <c>_headers</c> file.</summary>
    public const int HeaderRules = 100;

    /// <summary>Rules of a <c>_redirects</c> file without a splat or placeholder.</summary>
    public const int StaticRedirects = 2_000;

    /// <summary>Rules of a <c>_redirects</c> file with one.</summary>
    public const int DynamicRedirects = 100;

    /// <summary>Characters of a line of either file.</summary>
    public const int LineLength = 2_000;

    /// <summary>Rules of <c>run_worker_first</c>.</summary>
    public const int WorkerFirstRules = 100;

    /// <summary>Characters of such a rule.</summary>
    public const int WorkerFirstRuleLength = 100;
}
