using System.Text.RegularExpressions;
using Skep.Control.Envelopes;

namespace Skep.Control.Scripts;

/// <summary>What a script may be called. It is a label of a host name, and wrangler allows no more.</summary>
internal static partial class ScriptNames
{
    /// <exception cref="ApiException">It may not.</exception>
    public static void Check(string name)
    {
        if (!Allowed().IsMatch(name))
            throw ApiException.Invalid($"\"{name}\" is no name for a Worker: use lower-case letters, digits, - and _, begin with a letter or digit, at most 63 characters.");
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9_-]{0,62}$", RegexOptions.None, 1000)]
    private static partial Regex Allowed();
}
