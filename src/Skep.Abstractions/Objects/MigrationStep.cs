using System.Collections.Immutable;

namespace Skep.Abstractions.Objects;

/// <summary>What one migration does to a script's classes (https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/).</summary>
public sealed record MigrationStep
{
    /// <summary>Classes whose objects store keys and values only.</summary>
    public ImmutableArray<string> NewClasses { get; init; } = [];

    /// <summary>Classes whose objects have SQL.</summary>
    public ImmutableArray<string> NewSqliteClasses { get; init; } = [];

    /// <summary>Classes that go on under another name.</summary>
    public ImmutableArray<RenamedClass> Renamed { get; init; } = [];

    /// <summary>Classes that go, with all that their objects stored.</summary>
    public ImmutableArray<string> Deleted { get; init; } = [];

    /// <summary>Classes that come from other scripts, with their objects.</summary>
    public ImmutableArray<TransferredClass> Transferred { get; init; } = [];
}

/// <summary>A class goes on under another name.</summary>
/// <param name="From">Its name.</param>
/// <param name="To">Its new name.</param>
public sealed record RenamedClass(string From, string To);

/// <summary>A class comes from another script.</summary>
/// <param name="From">Its name there.</param>
/// <param name="FromScript">The script.</param>
/// <param name="To">Its name here.</param>
public sealed record TransferredClass(string From, string FromScript, string To);
