using System.Text;

namespace Skep.CommandLine;

/// <summary>Help texts.</summary>
internal static class Help
{
    public static string Overview(IEnumerable<Command> commands)
    {
        var text = new StringBuilder("Skep runs Cloudflare Workers on your own machines.\n\nUsage: skep <command> [options]\n\nCommands:\n");
        foreach (var command in commands.Where(command => !command.Hidden))
        {
            text.Append("  ").Append($"{command.Name} {(command.Argument is null ? "" : $"[{command.Argument}]")}".PadRight(24)).Append(command.Description).Append('\n');
        }

        return text.Append("\nOptions:\n  --help, -h              Show help, also of a command: skep dev --help\n  --version, -v           Show the versions of Skep and of its engine").ToString();
    }

    public static string Of(Command command)
    {
        var argument = command.Argument is null ? "" : $" [{command.Argument}]";
        var text = new StringBuilder($"{command.Description}\n\nUsage: skep {command.Name}{argument} [options]\n\nOptions:\n");
        foreach (var option in command.Options)
        {
            var names = $"--{option.Name}{(option.Short is { } letter ? $", -{letter}" : "")}{(option.Value is null ? "" : $" {option.Value}")}";
            text.Append("  ").Append(names.PadRight(26)).Append(option.Description).Append('\n');
        }

        return text.ToString().TrimEnd('\n');
    }
}
