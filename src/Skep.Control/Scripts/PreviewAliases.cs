using System.Text.RegularExpressions;
using Skep.Control.Envelopes;

namespace Skep.Control.Scripts;

/// <summary>What a version's preview may be called: with the script's name it becomes one label of a host name.</summary>
internal static partial class PreviewAliases
{
    /// <summary>The annotation that it is told by.</summary>
    public const string Annotation = "workers/alias";

    private const int LongestLabel = 63;

    /// <exception cref="ApiException">It may not.</exception>
    public static void Check(string alias, string script)
    {
        if (!Allowed().IsMatch(alias))
            throw ApiException.Invalid($"\"{alias}\" is no alias for a preview: use lower-case letters, digits and hyphens, and begin with a letter.");
        if (alias.Length + 1 + script.Length > LongestLabel)
            throw ApiException.Invalid($"The alias \"{alias}\" is too long: with the Worker's name it may have {LongestLabel - 1} characters.");
    }

    [GeneratedRegex("^[a-z]([a-z0-9-]*[a-z0-9])?$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Allowed();
}
