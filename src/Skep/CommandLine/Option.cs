namespace Skep.CommandLine;

/// <summary>An option of a command.</summary>
/// <param name="Name">Without the dashes.</param>
/// <param name="Value">What its value is called in the help, or null for a switch.</param>
/// <param name="Description">One line of the help.</param>
/// <param name="Short">The letter of its short form.</param>
/// <param name="Aliases">Other names, which the help leaves out.</param>
internal sealed record Option(string Name, string? Value, string Description, char? Short = null, params string[] Aliases);
