using System.Text;
using System.Text.RegularExpressions;
using Skep.Abstractions.Workers;

namespace Skep.Hosting;

/// <summary>A JavaScript file that may run as it is, so that a thousand workers start without a thousand bundles. The guess is
/// made from the text; what it gets wrong fails to start, and is then built like any other project.</summary>
internal static partial class PlainScript
{
    /// <summary>The file as a version, or null when it plainly needs the bundler.</summary>
    public static WorkerVersion? TryRead(string name, string file)
    {
        var content = File.ReadAllBytes(file);
        var text = Encoding.UTF8.GetString(content);
        if (NeedsBundler().IsMatch(text)) return null;
        return new WorkerVersion
        {
            Name = name,
            MainModule = Path.GetFileName(file),
            Modules = [new ScriptModule(Path.GetFileName(file), ModuleKind.EsModule, content)],
            Syntax = Export().IsMatch(text) ? ScriptSyntax.Modules : ScriptSyntax.ServiceWorker,
        };
    }

    // `from "x"`, `import "x"`, `import("x")` of anything but the runtime's own modules, and `require("x")`.
    [GeneratedRegex("""(?:\bfrom\s*|\bimport\s*\(?\s*)["'`](?!cloudflare:|node:)|\brequire\s*\(""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex NeedsBundler();

    [GeneratedRegex("""(?:^|[;}\s])export\s*(?:default\b|\{|\*|const\b|let\b|var\b|class\b|async\b|function\b)""", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 5000)]
    private static partial Regex Export();
}
