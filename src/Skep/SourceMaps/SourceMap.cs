using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Skep.SourceMaps;

/// <summary>A decoded source map (https://tc39.es/ecma426/). Lines and columns count from 0, as in the format.</summary>
internal sealed class SourceMap
{
    private readonly ImmutableArray<string> _sources;
    private readonly ImmutableArray<string?> _contents;
    private readonly ImmutableArray<string> _names;
    private readonly ImmutableArray<ImmutableArray<Segment>> _lines;

    private SourceMap(
        ImmutableArray<string> sources,
        ImmutableArray<string?> contents,
        ImmutableArray<string> names,
        ImmutableArray<ImmutableArray<Segment>> lines)
    {
        _sources = sources;
        _contents = contents;
        _names = names;
        _lines = lines;
    }

    /// <summary>A place in an original file.</summary>
    /// <param name="Source">The file as the map names it, its <c>sourceRoot</c> put before it.</param>
    /// <param name="Line">From 0.</param>
    /// <param name="Column">From 0.</param>
    /// <param name="Name">The identifier there, when the map has it.</param>
    /// <param name="LineText">The line, when the map carries the file.</param>
    public sealed record Original(string Source, int Line, int Column, string? Name, string? LineText);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Segment(int Column, int Source, int OriginalLine, int OriginalColumn, int Name);

    /// <exception cref="FormatException">It is no source map.</exception>
    public static SourceMap Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            var sourceRoot = root.TryGetProperty("sourceRoot", out var given) ? given.GetString() ?? "" : "";
            return new SourceMap(
                [.. root.GetProperty("sources").EnumerateArray().Select(source => sourceRoot + (source.GetString() ?? "?"))],
                root.TryGetProperty("sourcesContent", out var contents) ? [.. contents.EnumerateArray().Select(each => each.GetString())] : [],
                root.TryGetProperty("names", out var names) ? [.. names.EnumerateArray().Select(each => each.GetString() ?? "")] : [],
                Decode(root.GetProperty("mappings").GetString() ?? ""));
        }
        catch (Exception malformed) when (malformed is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException("It is no source map.", malformed);
        }
    }

    /// <summary>Where a place of the generated file comes from, or null when no original is known for it.</summary>
    public Original? Find(int line, int column)
    {
        if (line < 0 || line >= _lines.Length) return null;
        var segments = _lines[line];
        int low = 0, high = segments.Length - 1, best = -1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (segments[middle].Column <= column)
            {
                best = middle;
                low = middle + 1;
            }
            else
            {
                high = middle - 1;
            }
        }

        if (best < 0) return null;
        var found = segments[best];
        if (found.Source < 0 || found.Source >= _sources.Length) return null;
        return new Original(
            _sources[found.Source],
            found.OriginalLine,
            found.OriginalColumn,
            found.Name >= 0 && found.Name < _names.Length ? _names[found.Name] : null,
            Line(found.Source, found.OriginalLine));
    }

    private string? Line(int source, int line)
    {
        if (source >= _contents.Length || _contents[source] is not { } content) return null;
        foreach (var each in content.AsSpan().EnumerateLines())
        {
            if (line-- == 0) return each.ToString();
        }

        return null;
    }

    private static ImmutableArray<ImmutableArray<Segment>> Decode(string mappings)
    {
        var lines = ImmutableArray.CreateBuilder<ImmutableArray<Segment>>();
        var segments = ImmutableArray.CreateBuilder<Segment>();
        int column = 0, source = 0, originalLine = 0, originalColumn = 0, name = 0;
        var position = 0;
        while (position <= mappings.Length)
        {
            if (position == mappings.Length || mappings[position] == ';')
            {
                segments.Sort((a, b) => a.Column.CompareTo(b.Column));
                lines.Add(segments.DrainToImmutable());
                column = 0;
                position++;
            }
            else if (mappings[position] == ',')
            {
                position++;
            }
            else
            {
                column += Vlq.Read(mappings, ref position);
                if (AtEnd(mappings, position))
                {
                    segments.Add(new Segment(column, -1, 0, 0, -1));
                    continue;
                }

                source += Vlq.Read(mappings, ref position);
                originalLine += Vlq.Read(mappings, ref position);
                originalColumn += Vlq.Read(mappings, ref position);
                var named = !AtEnd(mappings, position);
                if (named) name += Vlq.Read(mappings, ref position);
                segments.Add(new Segment(column, source, originalLine, originalColumn, named ? name : -1));
            }
        }

        return lines.ToImmutable();
    }

    private static bool AtEnd(string mappings, int position) => position >= mappings.Length || mappings[position] is ',' or ';';
}
