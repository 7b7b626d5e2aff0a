using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>A key to the control plane. Its secret is shown once, when it is made; only a hash of it is kept.</summary>
/// <param name="Id">A UUID.</param>
/// <param name="Name">What people call it; stands in the audit log.</param>
/// <param name="Hash">SHA-256 of the secret.</param>
/// <param name="Access">What it may do.</param>
/// <param name="Scripts">The scripts it is limited to; empty for all of the account.</param>
/// <param name="CreatedOn">When it was made.</param>
public sealed record ApiToken(
    string Id, string Name, byte[] Hash, TokenAccess Access, ImmutableArray<string> Scripts, DateTimeOffset CreatedOn);

/// <summary>What a token may do.</summary>
public enum TokenAccess
{
    /// <summary>Look, not change.</summary>
    Read,

    /// <summary>Everything.</summary>
    Edit,
}
