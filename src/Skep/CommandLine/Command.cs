using System.Collections.Immutable;

namespace Skep.CommandLine;

/// <summary>A command as the user sees it; what it does is elsewhere.</summary>
/// <param name="Name">The word that chooses it.</param>
/// <param name="Argument">What its one positional argument is called, or null when it takes none.</param>
/// <param name="Description">One line of the help.</param>
/// <param name="Options">Its options, in the order of the help.</param>
internal sealed record Command(string Name, string? Argument, string Description, ImmutableArray<Option> Options)
{
    /// <summary>True for a command that is not for users.</summary>
    public bool Hidden { get; init; }
}
