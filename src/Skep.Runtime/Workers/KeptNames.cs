using System.Text;
using System.Text.RegularExpressions;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Workers;

/// <summary>Makes esbuild's <c>keepNames</c> cheap, which wrangler sets by default: the bundle's own helper gives each closure its name by
/// <c>Object.defineProperty</c>, for which V8 makes a dictionary of it. Thirty percent of a Hono application's CPU was that.</summary>
/// <remarks>The helper, which esbuild writes before all other code, is replaced by one of the engine's (<c>function_name.cc</c>) that does
/// the same. Nothing else of the module moves, so that positions and source maps stay right.</remarks>
internal static partial class KeptNames
{
    private static ReadOnlySpan<byte> Replacement => "import.meta[\"skep:name\"]"u8;

    // Only imports and a banner come before it.
    private const int Head = 16 << 10;

    /// <summary>Where a module has esbuild's helper; null for one without.</summary>
    public static Range? Find(ScriptModule module)
    {
        var head = module.Content.Span[..Math.Min(Head, module.Content.Length)];
        if (module.Kind != ModuleKind.EsModule || head.IndexOf("\"name\""u8) < 0) return null;
        return Match(Encoding.Latin1.GetString(head)) is { Success: true } helper ? helper.Index..(helper.Index + helper.Length) : null;
    }

    /// <summary>Puts the engine's helper in that place of a module's text.</summary>
    public static void Replace(Span<byte> helper)
    {
        helper.Fill((byte)' ');
        Replacement.CopyTo(helper);
    }

    // No bundle needs as long; a module that is made to is run as it is.
    private static Match? Match(string head)
    {
        try
        {
            return Helper().Match(head);
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    // var __name = (target, value) => __defProp(target, "name", { value, configurable: true }); minified or not.
    [GeneratedRegex(
        """
        \((?<=[\w$]\s*=\s*\()(?<function>[\w$]+),\s*(?<name>[\w$]+)\)\s*=>\s*[\w$]+\(
          \k<function>,\s*"name",\s*\{\s*(?:value:\s*\k<name>|(?<=,\s*value\).*)value),\s*configurable:\s*(?:true|!0)\s*\}
        \)
        """,
        RegexOptions.ExplicitCapture | RegexOptions.IgnorePatternWhitespace,
        matchTimeoutMilliseconds: 100)]
    private static partial Regex Helper();
}
