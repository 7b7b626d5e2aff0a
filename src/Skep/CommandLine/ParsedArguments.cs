using System.Globalization;
using Skep.Configuration;

namespace Skep.CommandLine;

/// <summary>The arguments of a command, sorted out. Hand-written, because a start is measured in milliseconds.</summary>
internal sealed class ParsedArguments
{
    private readonly Dictionary<string, List<string>> _values = [];
    private readonly List<string> _arguments = [];

    private ParsedArguments()
    {
    }

    /// <summary>The first positional argument, or null.</summary>
    public string? Argument => _arguments.Count == 0 ? null : _arguments[0];

    /// <summary>All positional arguments.</summary>
    public IReadOnlyList<string> Arguments => _arguments;

    /// <exception cref="UsageException">They do not fit the command.</exception>
    public static ParsedArguments Parse(Command command, ReadOnlySpan<string> arguments)
    {
        var parsed = new ParsedArguments();
        var optionsEnded = false;
        for (var i = 0; i < arguments.Length; i++)
        {
            var argument = arguments[i];
            if (argument == "--" && !optionsEnded)
            {
                optionsEnded = true;
            }
            else if (optionsEnded || argument.Length < 2 || argument[0] != '-')
            {
                if (parsed._arguments.Count == command.Arguments.Length) throw new UsageException($"Unexpected argument \"{argument}\".");
                parsed._arguments.Add(argument);
            }
            else
            {
                var equals = argument.IndexOf('=');
                var name = equals < 0 ? argument : argument[..equals];
                var option = Find(command, name) ?? throw Unknown(command, name);
                var value = equals < 0 ? null : argument[(equals + 1)..];
                if (option.Value is null && value is not null) throw new UsageException($"{name} takes no value.");
                if (option.Value is not null && value is null)
                {
                    if (++i >= arguments.Length) throw new UsageException($"{name} needs a value: {name} {option.Value}");
                    value = arguments[i];
                }

                parsed.Add(option.Name, value ?? "");
            }
        }

        return parsed;
    }

    /// <summary>Arguments that are known already.</summary>
    public static ParsedArguments Of(IEnumerable<KeyValuePair<string, string>> options)
    {
        var parsed = new ParsedArguments();
        foreach (var (option, value) in options) parsed.Add(option, value);
        return parsed;
    }

    public bool Has(string option) => _values.ContainsKey(option);

    /// <summary>The option's value, the last one when it was repeated.</summary>
    public string? Value(string option) => _values.TryGetValue(option, out var values) ? values[^1] : null;

    /// <summary>All values of a repeatable option.</summary>
    public IReadOnlyList<string> Values(string option) => _values.TryGetValue(option, out var values) ? values : [];

    /// <summary>A TCP port.</summary>
    public int Port(string option, int otherwise)
    {
        if (Value(option) is not { } text) return otherwise;
        return ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            ? port
            : throw new UsageException($"--{option} must be a port from 0 to 65535, but is \"{text}\".");
    }

    /// <summary>One of a set of words.</summary>
    public T OneOf<T>(string option, IReadOnlyDictionary<string, T> choices, T otherwise)
    {
        if (Value(option) is not { } text) return otherwise;
        return choices.TryGetValue(text, out var chosen)
            ? chosen
            : throw new UsageException($"--{option} must be one of {string.Join(", ", choices.Keys)}, but is \"{text}\".");
    }

    private void Add(string option, string value)
    {
        if (!_values.TryGetValue(option, out var values)) _values[option] = values = [];
        values.Add(value);
    }

    private static Option? Find(Command command, string given) => command.Options.FirstOrDefault(option =>
        given.StartsWith("--", StringComparison.Ordinal)
            ? option.Name == given[2..] || option.Aliases.Contains(given[2..])
            : given.Length == 2 && option.Short == given[1]);

    private static UsageException Unknown(Command command, string given)
    {
        var meant = Spelling.Nearest(given.TrimStart('-'), command.Options.Select(option => option.Name));
        return new UsageException($"Unknown option {given}." + (meant is null ? "" : $" Did you mean --{meant}?"));
    }
}
