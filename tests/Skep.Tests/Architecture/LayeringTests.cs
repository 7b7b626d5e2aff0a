using System.Text.RegularExpressions;
using Xunit;

namespace Skep.Tests.Architecture;

/// <summary>Holds what docs/architecture.md says: who may see whom, and that its map is true.</summary>
public sealed partial class LayeringTests
{
    private const string AspNetCore = "Microsoft.AspNetCore.App";

    private static readonly Dictionary<string, string[]> MayReference = new()
    {
        ["Skep.Abstractions"] = [],
        ["Skep.V8"] = [],
        ["Skep.Runtime"] = ["Skep.Abstractions", "Skep.V8"],
        ["Skep.Edge"] = ["Skep.Abstractions"],
        ["Skep.Storage"] = ["Skep.Abstractions"],
        ["Skep.Control"] = ["Skep.Abstractions"],
        ["Skep"] = ["Skep.Abstractions", "Skep.V8", "Skep.Runtime", "Skep.Edge", "Skep.Storage", "Skep.Control"],
    };

    /// <summary>Namespaces that use each other in a ring today. To be shortened, never lengthened.</summary>
    private static readonly Dictionary<string, string[]> KnownRings = new()
    {
        ["Skep.Abstractions"] = ["Skep.Abstractions.Channels", "Skep.Abstractions.Workers"],
        ["Skep.Runtime"] =
        [
            "Skep.Runtime.Caching", "Skep.Runtime.Console", "Skep.Runtime.Crypto", "Skep.Runtime.Events", "Skep.Runtime.Fetch",
            "Skep.Runtime.HtmlRewriting", "Skep.Runtime.Isolates", "Skep.Runtime.Node", "Skep.Runtime.Ops", "Skep.Runtime.Sockets",
            "Skep.Runtime.Streams", "Skep.Runtime.Timers", "Skep.Runtime.Workers",
        ],
    };

    public static TheoryData<string> Projects => [.. SourceTree.Projects];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_the_layers_below_it(string project)
    {
        Assert.True(MayReference.ContainsKey(project), $"{project} has no place in the table of layers.");
        Assert.Empty(SourceTree.ProjectReferences(project).Except(MayReference[project]));
    }

    [Theory]
    [InlineData("Skep.Abstractions")]
    [InlineData("Skep.V8")]
    public void The_leaves_have_no_package(string project) =>
        Assert.Empty(SourceTree.PackageReferences(project).Concat(SourceTree.FrameworkReferences(project)));

    [Fact]
    public void The_runtime_knows_no_web_server() =>
        Assert.DoesNotContain(AspNetCore, SourceTree.FrameworkReferences("Skep.Runtime"));

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_namespaces_of_a_project_form_no_new_ring(string project) =>
        Assert.Empty(Rings(project).Except(KnownRings.GetValueOrDefault(project, [])));

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_ring_that_was_broken_up_is_no_longer_known(string project) =>
        Assert.Empty(KnownRings.GetValueOrDefault(project, []).Except(Rings(project)));

    [Theory]
    [InlineData("docs/architecture.md")]
    [InlineData("README.md")]
    [InlineData("CONTRIBUTING.md")]
    public void Every_path_that_a_document_names_exists(string document)
    {
        var text = File.ReadAllText(Path.Combine(SourceTree.Root, document));
        var missing = NamedPath().Matches(text)
            .Select(match => match.Groups["path"].Value.TrimEnd('.', ',', '/'))
            .Where(path => !Path.Exists(Path.Combine(SourceTree.Root, path)))
            .ToArray();
        Assert.Empty(missing);
    }

    // A path begins with one of the repository's own folders; `artifacts/` is made by the build.
    [GeneratedRegex(@"(?<![\w/.-])(?<path>(?:src|js|tests|bench|examples|docs|build|\.ci)/[\w./-]*)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex NamedPath();

    /// <summary>What is left when namespaces that use nothing, or that nothing uses, are taken away again and again.</summary>
    private static string[] Rings(string project)
    {
        var uses = SourceTree.NamespaceUses(project);
        while (uses.Keys.FirstOrDefault(name => uses[name].Count == 0 || !uses.Values.Any(used => used.Contains(name))) is { } free)
        {
            uses.Remove(free);
            foreach (var used in uses.Values) used.Remove(free);
        }

        return [.. uses.Keys];
    }
}
