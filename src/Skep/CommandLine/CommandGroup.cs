namespace Skep.CommandLine;

/// <summary>Commands that begin with the same word, as one line of the help.</summary>
/// <param name="Name">The word.</param>
/// <param name="Description">One line of the help.</param>
internal sealed record CommandGroup(string Name, string Description);
