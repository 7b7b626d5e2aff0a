using System.Collections.Immutable;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>Gives the values of a parsed TOML document their places. The parser reports places only for syntax errors, so the
/// text is scanned once more for its tables and keys; what is not found that way (a key inside an inline table) has the place
/// of what contains it.</summary>
internal static class TomlPositions
{
    public static ConfigNode Apply(ConfigNode root, string file, string text)
    {
        var keys = Scan(file, text);
        return Place(root, "", new SourcePosition(file, 1, 1), keys);
    }

    private static ConfigNode Place(ConfigNode node, string path, SourcePosition inherited, Dictionary<string, SourcePosition> keys)
    {
        var own = keys.GetValueOrDefault(path, inherited);
        return node switch
        {
            ConfigObject table => table with
            {
                Position = own,
                Members = [.. table.Members.Select(member =>
                {
                    var memberPath = Join(path, member.Name);
                    return new ConfigMember(
                        member.Name, keys.GetValueOrDefault(memberPath, own), Place(member.Value, memberPath, own, keys));
                })],
            },
            ConfigArray array => array with
            {
                Position = own,
                Items = [.. array.Items.Select((item, index) => Place(item, Join(path, index.ToString()), own, keys))],
            },
            _ => node with { Position = own },
        };
    }

    private static Dictionary<string, SourcePosition> Scan(string file, string text)
    {
        var keys = new Dictionary<string, SourcePosition>(StringComparer.Ordinal);
        var arrays = new Dictionary<string, int>(StringComparer.Ordinal);
        var table = "";
        string? multiline = null;
        var number = 0;
        foreach (var line in text.Split('\n'))
        {
            number++;
            if (multiline is not null)
            {
                if (line.Contains(multiline, StringComparison.Ordinal)) multiline = null;
                continue;
            }

            var content = line.TrimStart();
            var column = line.Length - content.Length + 1;
            if (content.StartsWith("[[", StringComparison.Ordinal) && content.IndexOf("]]", StringComparison.Ordinal) is > 0 and var close)
            {
                var name = Resolve(content[2..close], arrays);
                var index = arrays[name] = arrays.TryGetValue(name, out var last) ? last + 1 : 0;
                table = Join(name, index.ToString());
                keys.TryAdd(name, new SourcePosition(file, number, column, close + 2));
                keys.TryAdd(table, new SourcePosition(file, number, column, close + 2));
            }
            else if (content.StartsWith('[') && content.IndexOf(']') is > 0 and var end && !content.Contains('='))
            {
                table = Resolve(content[1..end], arrays);
                keys.TryAdd(table, new SourcePosition(file, number, column, end + 1));
            }
            else if (!content.StartsWith('#') && content.IndexOf('=') is > 0 and var equals)
            {
                var key = content[..equals].TrimEnd();
                keys.TryAdd(Join(table, Normalise(key)), new SourcePosition(file, number, column, key.Length));
                foreach (var quote in (ReadOnlySpan<string>)["\"\"\"", "'''"])
                {
                    var open = content.IndexOf(quote, equals, StringComparison.Ordinal);
                    if (open > 0 && content.IndexOf(quote, open + 3, StringComparison.Ordinal) < 0) multiline = quote;
                }
            }
        }

        return keys;
    }

    /// <summary>A table's path with the index of the current element after every array of tables on the way.</summary>
    private static string Resolve(string header, Dictionary<string, int> arrays)
    {
        var path = "";
        var parts = Normalise(header.Trim()).Split('\u001f');
        for (var i = 0; i < parts.Length; i++)
        {
            path = Join(path, parts[i]);
            if (i < parts.Length - 1 && arrays.TryGetValue(path, out var index)) path = Join(path, index.ToString());
        }

        return path;
    }

    /// <summary>Splits a dotted key, honouring quotes, into parts joined by a separator that no key contains.</summary>
    private static string Normalise(string dotted)
    {
        var parts = ImmutableArray.CreateBuilder<string>();
        var current = new System.Text.StringBuilder();
        char? quote = null;
        foreach (var c in dotted)
        {
            if (c == quote) quote = null;
            else if (quote is null && c is '"' or '\'') quote = c;
            else if (quote is null && c == '.')
            {
                parts.Add(current.ToString().Trim());
                current.Clear();
            }
            else current.Append(c);
        }

        parts.Add(current.ToString().Trim());
        return string.Join('\u001f', parts);
    }

    private static string Join(string path, string name) => path.Length == 0 ? name : path + "\u001f" + name;
}
