namespace Skep.Abstractions.Compatibility;

/// <summary>One compatibility flag (https://developers.cloudflare.com/workers/configuration/compatibility-flags/).</summary>
/// <param name="Enable">The name that switches it on; also the name by which code asks for it.</param>
/// <param name="Disable">The name that switches it off, or null.</param>
/// <param name="Effect">What it does here.</param>
/// <param name="Note">What it switches, or why it changes nothing.</param>
public sealed record CompatibilityFlag(string Enable, string? Disable, FlagEffect Effect, string Note)
{
    /// <summary>The compatibility date from which it is on by default, or null.</summary>
    public string? Since { get; init; }

    /// <summary>It is also on when one of these is, from <see cref="ImpliedSince"/>.</summary>
    public IReadOnlyList<string> ImpliedBy { get; init; } = [];

    /// <summary>The compatibility date from which <see cref="ImpliedBy"/> counts.</summary>
    public string? ImpliedSince { get; init; }

    /// <summary>Cloudflare calls it experimental.</summary>
    public bool IsExperimental { get; init; }
}
