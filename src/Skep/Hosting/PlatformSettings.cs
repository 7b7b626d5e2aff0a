using Skep.CommandLine;
using Skep.Edge.Ai;
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
