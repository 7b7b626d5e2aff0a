using System.Globalization;
using Skep.CommandLine;
using Skep.Edge.Ai;
using Skep.Edge.Email;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary>What settings say about the services behind bindings.</summary>
internal static class PlatformSettings
{
    /// <exception cref="UsageException">The settings are wrong.</exception>
    public static AiOptions Ai(SettingValues settings) => Ai(settings.Find(ServeSettings.AiUrl), settings.Find(ServeSettings.AiKey), settings.List(ServeSettings.AiModel));

    /// <summary>In development there is only the environment to say it.</summary>
    /// <exception cref="UsageException">The environment is wrong.</exception>
    public static AiOptions AiOfEnvironment() => Ai(
        Environment.GetEnvironmentVariable(ServeSettings.AiUrl.Variable),
        Environment.GetEnvironmentVariable(ServeSettings.AiKey.Variable),
        (Environment.GetEnvironmentVariable(ServeSettings.AiModel.Variable) ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    /// <summary>The SMTP server that delivers; null when there is none.</summary>
    /// <exception cref="UsageException">The settings are wrong.</exception>
    public static SmtpOptions? Smtp(SettingValues settings) => Smtp(settings.Find);

    /// <summary>In development there is only the environment to say it.</summary>
    /// <exception cref="UsageException">The environment is wrong.</exception>
    public static SmtpOptions? SmtpOfEnvironment() => Smtp(static setting => Environment.GetEnvironmentVariable(setting.Variable) is { Length: > 0 } value ? value : null);

    private static SmtpOptions? Smtp(Func<Setting, string?> find)
    {
        var port = find(ServeSettings.SmtpPort);
        try
        {
            if (port is not null && !ServeSettings.SmtpPort.Type.Accepts(port)) throw new FormatException($"{ServeSettings.SmtpPort.Variable} must be {ServeSettings.SmtpPort.Type.Expected}, but is \"{port}\".");
            return SmtpOptions.Read(
                find(ServeSettings.SmtpHost), port is null ? null : int.Parse(port, CultureInfo.InvariantCulture), find(ServeSettings.SmtpTls), find(ServeSettings.SmtpUser), find(ServeSettings.SmtpPassword)) is { } options
                ? options with { Name = MachineName() }
                : null;
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    // What servers are greeted with; one that has no proper name gives its address (RFC 5321 section 4.1.3).
    private static string MachineName() => Uri.CheckHostName(Environment.MachineName) == UriHostNameType.Dns ? Environment.MachineName : "[127.0.0.1]";

    private static AiOptions Ai(string? url, string? key, IEnumerable<string> models)
    {
        try
        {
            return AiOptions.Read(url, key, models);
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }
}
