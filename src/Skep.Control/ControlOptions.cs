using System.Net;

namespace Skep.Control;

/// <summary>What the control plane is told at its start.</summary>
/// <param name="AccountId">32 hexadecimal digits: wrangler's <c>CLOUDFLARE_ACCOUNT_ID</c>.</param>
/// <param name="AccountName">What <c>wrangler whoami</c> shows.</param>
/// <param name="Subdomain">The label that Cloudflare would put before <c>workers.dev</c>; clients require one.</param>
public sealed record ControlOptions(string AccountId, string AccountName, string Subdomain)
{
    /// <summary>Where to listen; port 0 takes a free one.</summary>
    public IPEndPoint Listen { get; init; } = new(IPAddress.Loopback, 0);

    /// <summary>The largest upload in bytes: 64 MiB of code with its source maps
    /// (https://developers.cloudflare.com/workers/platform/limits/).</summary>
    public long MaxUploadBytes { get; init; } = 192L << 20;

    /// <summary>Code of one version in bytes, uncompressed and without source maps.</summary>
    public long MaxScriptBytes { get; init; } = 64L << 20;

    /// <summary>Cron triggers of one script (https://developers.cloudflare.com/workers/platform/limits/ has this number for an account).</summary>
    public int MaxSchedules { get; init; } = 250;

    /// <summary>Rejected tokens of one client address within a minute before it has to wait.</summary>
    public int RejectedTokensPerMinute { get; init; } = 30;
}
