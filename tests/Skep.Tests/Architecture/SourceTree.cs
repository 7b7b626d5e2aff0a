using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Skep.Tests.Architecture;

/// <summary>The repository's files, as the architecture tests read them.</summary>
internal static partial class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>The projects under src/.</summary>
    public static IEnumerable<string> Projects =>
        Directory.EnumerateDirectories(Path.Combine(Root, "src")).Select(folder => Path.GetFileName(folder)!);

    /// <summary>The projects that a project names in its file.</summary>
    public static IEnumerable<string> ProjectReferences(string project) =>
        Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)!);

    /// <summary>The packages that a project names in its file.</summary>
    public static IEnumerable<string> PackageReferences(string project) => Items(project, "PackageReference");

    /// <summary>The shared frameworks that a project names in its file.</summary>
    public static IEnumerable<string> FrameworkReferences(string project) => Items(project, "FrameworkReference");

    /// <summary>A project's namespaces and those of its own that each one uses.</summary>
    public static Dictionary<string, HashSet<string>> NamespaceUses(string project)
    {
        var uses = new Dictionary<string, HashSet<string>>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Root, "src", project), "*.cs", SearchOption.AllDirectories))
        {
            var text = File.ReadAllText(file);
            if (Namespace().Match(text) is not { Success: true } declaration) continue;
            var own = declaration.Groups["name"].Value;
            if (!uses.TryGetValue(own, out var used)) uses[own] = used = [];
            used.UnionWith(Using().Matches(text).Select(match => match.Groups["name"].Value));
        }

        foreach (var (own, used) in uses) used.RemoveWhere(name => name == own || !uses.ContainsKey(name));
        return uses;
    }

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument.Load(Path.Combine(Root, "src", project, $"{project}.csproj")).Descendants(kind).Select(item => item.Attribute("Include")!.Value);

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Skep.slnx"))) return folder;
        }

        throw new InvalidOperationException($"No Skep.slnx above {AppContext.BaseDirectory}.");
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^using (?<name>[\w.]+);", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Using();
}
