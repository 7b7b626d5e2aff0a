namespace Skep.Abstractions.Email;

/// <summary>A header of a message.</summary>
/// <param name="Name">As it is written.</param>
/// <param name="Value">In one line, without the white space around it.</param>
/// <param name="Start">Where it begins in the message.</param>
/// <param name="End">Where the next begins.</param>
public readonly record struct EmailHeader(string Name, string Value, int Start, int End);
