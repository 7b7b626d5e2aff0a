using System.Text;

namespace Skep.CommandLine;

/// <summary>Help texts.</summary>
internal static class Help
{
    private const int Column = 24;

    public static string Overview(IEnumerable<Command> commands, IEnumerable<CommandGroup> groups)
    {
        var text = new StringBuilder("Skep runs Cloudflare Workers on your own machines.\n\nUsage: skep <command> [options]\n\nCommands:\n");
        foreach (var command in commands.Where(command => !command.Hidden && command.Words.Length == 1)) AppendLine(text, command.Usage, Column, command.Description);
        foreach (var group in groups) AppendLine(text, group.Name, Column, $"{group.Description}: skep {group.Name} --help");
        return text.Append("\nOptions:\n  --help, -h              Show help, also of a command: skep dev --help\n  --version, -v           Show the versions of Skep and of its engine").ToString();
    }

    public static string Of(CommandGroup group, IEnumerable<Command> commands)
    {
        var text = new StringBuilder($"{group.Description}\n\nUsage: skep {group.Name} <command> [options]\n\nCommands:\n");
        Command[] members = [.. commands.Where(command => command.Words[0] == group.Name)];
        var column = members.Max(command => command.Usage.Length) + 2;
        foreach (var command in members) AppendLine(text, command.Usage, column, command.Description);
        return text.ToString().TrimEnd('\n');
    }

    public static string Of(Command command)
    {
        var text = new StringBuilder($"{command.Description}\n\nUsage: skep {command.Usage} [options]\n\nOptions:\n");
        foreach (var option in command.Options)
        {
            var names = $"--{option.Name}{(option.Short is { } letter ? $", -{letter}" : "")}{(option.Value is null ? "" : $" {option.Value}")}";
            text.Append("  ").Append(names.PadRight(26)).Append(option.Description).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }

    private static void AppendLine(StringBuilder text, string name, int column, string description) =>
        text.Append("  ").Append(name.PadRight(column)).Append(description).Append('\n');
}
