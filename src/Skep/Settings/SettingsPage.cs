namespace Skep.Settings;

/// <summary>The table of docs/configuration.md.</summary>
internal static class SettingsPage
{
    /// <summary>One row for each setting.</summary>
    public static IEnumerable<string> Rows(IEnumerable<Setting> settings) =>
    [
        "| key | variable | flag | default | meaning |",
        "| --- | --- | --- | --- | --- |",
        .. settings.Select(setting =>
            $"| `{setting.Key}` | `{setting.Variable}` | `--{setting.Flag}{(setting.Type.Placeholder is { } value ? $" {value}" : "")}` | {Default(setting)} | {setting.Description.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "\\<", StringComparison.Ordinal)} |"),
    ];

    private static string Default(Setting setting) => string.IsNullOrEmpty(setting.Default) ? "" : $"`{setting.Default}`";
}
