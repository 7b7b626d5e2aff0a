using Skep.CommandLine;
using Skep.Diagnosis;
using Skep.Output;
using Skep.Settings;

namespace Skep.Commands;

/// <summary><c>skep doctor</c>.</summary>
internal static class DoctorCommand
{
    private static readonly Dictionary<Grade, (string Label, Func<Style, string, string> Colour)> _labels = new()
    {
        [Grade.Ok] = ("ok  ", (style, text) => style.Green(text)),
        [Grade.Warn] = ("warn", (style, text) => style.Yellow(text)),
        [Grade.Fail] = ("fail", (style, text) => style.Red(text)),
    };

    /// <returns>1 when something does not work.</returns>
    public static async Task<int> RunAsync(ParsedArguments arguments, Terminal terminal)
    {
        // It reports wrong settings with their places.
        var settings = ServeSettings.Read(arguments);
        List<Finding> findings = [Finding.Ok("the settings are valid"), .. MachineChecks.All(settings.Integer(ServeSettings.Processes)), .. ServerChecks.All(settings), .. await EmailChecks.AllAsync(settings)];
        foreach (var finding in findings)
        {
            var (label, colour) = _labels[finding.Grade];
            await terminal.WriteAsync(style => $"{colour(style, label)}  {finding.What}{(finding.Remedy is null ? "" : $"\n      → {finding.Remedy}")}");
        }

        return findings.Exists(finding => finding.Grade == Grade.Fail) ? 1 : 0;
    }
}
