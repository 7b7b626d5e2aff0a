using System.Collections.Immutable;

namespace Skep.CommandLine;

/// <summary>A command as the user sees it; what it does is elsewhere.</summary>
/// <param name="Name">The word that chooses it, or the words, the first of which is its group's.</param>
/// <param name="Argument">What its first positional argument is called, or null when it takes none.</param>
/// <param name="Description">One line of the help.</param>
/// <param name="Options">Its options, in the order of the help.</param>
internal sealed record Command(string Name, string? Argument, string Description, ImmutableArray<Option> Options)
{
    /// <summary>True for a command that is not for users.</summary>
    public bool Hidden { get; init; }

    /// <summary>What its other positional arguments are called.</summary>
    public ImmutableArray<string> FurtherArguments { get; init; } = [];

    /// <summary>What its positional arguments are called.</summary>
    public ImmutableArray<string> Arguments => Argument is null ? [] : [Argument, .. FurtherArguments];

    /// <summary>The words that choose it.</summary>
    public ImmutableArray<string> Words { get; } = [.. Name.Split(' ')];

    /// <summary>How it is called, with its arguments.</summary>
    public string Usage => string.Join(' ', [Name, .. Arguments.Select(argument => $"[{argument}]")]);
}
