using System.Text;
using System.Text.RegularExpressions;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.SourceMaps;

/// <summary>Translates the places in a version's stack traces to the files its author wrote.</summary>
internal sealed partial class StackTraceMapper
{
    private readonly Dictionary<string, Lazy<SourceMap?>> _maps;
    private readonly string _root;

    /// <param name="version">Its modules carry the source maps; they are decoded when first needed.</param>
    /// <param name="root">The project's folder, which sources are relative to.</param>
    public StackTraceMapper(WorkerVersion version, string root)
    {
        _root = root;
        _maps = version.Modules
            .Where(module => !module.SourceMap.IsEmpty)
            .ToDictionary(module => module.Name, module => new Lazy<SourceMap?>(() => Read(module.SourceMap)));
    }

    /// <summary>A translated trace.</summary>
    /// <param name="Text">The trace, its places those of the author's files.</param>
    /// <param name="Top">The first place in a file of the project, or null.</param>
    /// <param name="TopLine">The line there.</param>
    internal sealed record Mapped(string Text, SourcePosition? Top, string? TopLine);

    public Mapped Map(string stack)
    {
        // Frames inside the web-API layer say nothing about the author's code.
        if (!_maps.ContainsKey("skep.js")) stack = LayerFrame().Replace(stack, "");
        SourcePosition? top = null;
        string? topLine = null;
        var text = new StringBuilder();
        var previousEnd = 0;
        foreach (Match match in Place().Matches(stack))
        {
            if (!_maps.TryGetValue(ModuleName(match.Groups["file"].Value), out var map)) continue;
            var line = int.Parse(match.Groups["line"].ValueSpan);
            var column = int.Parse(match.Groups["column"].ValueSpan);
            if (map.Value?.Find(line - 1, column - 1) is not { } original) continue;

            var position = new SourcePosition(Locate(original.Source), original.Line + 1, original.Column + 1);
            text.Append(stack, previousEnd, match.Index - previousEnd).Append(_root.Length > 0 ? position.Display(_root) : $"{position.File}:{position.Line}:{position.Column}");
            previousEnd = match.Index + match.Length;
            if (top is null || (IsPackage(top) && !IsPackage(position)))
            {
                top = position;
                topLine = original.LineText;
            }
        }

        text.Append(stack, previousEnd, stack.Length - previousEnd);
        return new Mapped(text.ToString(), top, topLine);
    }

    // A map that is none (anything can be uploaded) leaves the frames as they are.
    private static SourceMap? Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            return SourceMap.Parse(json);
        }
        catch (FormatException)
        {
            return null;
        }
    }

    // What was deployed comes from somebody else's folder: its files are named from the project on.
    private string Locate(string source)
    {
        if (_root.Length > 0) return Path.GetFullPath(source, _root);
        while (source.StartsWith("../", StringComparison.Ordinal)) source = source[3..];
        return source;
    }

    private static bool IsPackage(SourcePosition position) => position.File.Contains("/node_modules/", StringComparison.Ordinal);

    /// <summary>A module's URL in a trace may be its name, <c>./name</c> or <c>file:///name</c>.</summary>
    private static string ModuleName(string file)
    {
        var name = file.StartsWith("file:///", StringComparison.Ordinal) ? file["file:///".Length..] : file;
        return name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
    }

    // Also those of an error within another value, which are further in, and may have more of that value behind them.
    [GeneratedRegex(@"\n +at (?:[^\n]*\()?skep\.js:\d+:\d+\)?(?=\n|$|,| [{}\]])", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LayerFrame();

    // `at f (index.js:1:2)`, `at index.js:1:2`, `index.js:1:2`
    [GeneratedRegex(@"(?<file>[^\s():]+(?::///?[^\s():]+)?):(?<line>\d{1,9}):(?<column>\d{1,9})", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Place();
}
