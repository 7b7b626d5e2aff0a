using System.Globalization;
using System.Net;
using Skep.CommandLine;
using Skep.Edge.Ai;
using Skep.Edge.Email;
using Skep.Edge.Email.Inbound;
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
                ? options with { Name = OwnName(find) }
                : null;
        }
        catch (FormatException wrong)
        {
            throw new UsageException(wrong.Message);
        }
    }

    /// <summary>Where email is taken; null for nowhere.</summary>
    /// <exception cref="UsageException">The settings are wrong.</exception>
    public static SmtpListenerOptions? Inbound(SettingValues settings)
    {
        if (settings.Find(ServeSettings.EmailListen) is not { } listen) return null;
        // Of "::1" the last number is no port.
        return IPEndPoint.TryParse(listen, out var address) && listen.EndsWith($":{address.Port}", StringComparison.Ordinal)
            ? new SmtpListenerOptions(address, OwnName(settings.Find)) { Tls = ServeOptions.Listener(settings).Tls }
            : throw new UsageException($"{ServeSettings.EmailListen.Key} must be an IP address and a port such as 0.0.0.0:25, but is \"{listen}\".");
    }

    // What other servers are greeted with; one that has no proper name gives its address (RFC 5321 section 4.1.3).
    private static string OwnName(Func<Setting, string?> find)
    {
        var name = find(ServeSettings.EmailName) ?? Environment.MachineName;
        if (Uri.CheckHostName(name) == UriHostNameType.Dns) return name;
        return find(ServeSettings.EmailName) is null ? "[127.0.0.1]" : throw new UsageException($"{ServeSettings.EmailName.Key} must be a host name, but is \"{name}\".");
    }

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
