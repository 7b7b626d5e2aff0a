using System.Collections.Immutable;
using Skep.CommandLine;

namespace Skep.Settings;

/// <summary>One thing that can be set: by a flag, an environment variable or a key of the configuration file, which all follow from its
/// name.</summary>
/// <param name="Key">In the configuration file, e.g. <c>control_port</c>.</param>
/// <param name="Type">What its values are.</param>
/// <param name="Default">The value when nobody says anything; null for none, an empty string for an empty list.</param>
/// <param name="Description">One line of the help.</param>
internal sealed record Setting(string Key, SettingType Type, string? Default, string Description)
{
    /// <summary>The letter of the flag's short form.</summary>
    public char? Short { get; init; }

    /// <summary>Other names of the flag.</summary>
    public ImmutableArray<string> Aliases { get; init; } = [];

    /// <summary>Without the dashes.</summary>
    public string Flag => Key.Replace('_', '-');

    /// <summary>The environment variable.</summary>
    public string Variable => $"SKEP_{Key.ToUpperInvariant()}";

    /// <summary>As the command line shows and takes it.</summary>
    public Option Option => new(
        Flag,
        Type.Placeholder,
        Type.Placeholder is null || string.IsNullOrEmpty(Default) ? Description : $"{Description} (default {Default})",
        Short,
        [.. Aliases]);
}
