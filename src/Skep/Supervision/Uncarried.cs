using Skep.Settings;

namespace Skep.Supervision;

/// <summary>What worker processes cannot do yet: it is refused by name, never ignored.</summary>
internal static class Uncarried
{
    private static readonly Setting[] _settings = [ServeSettings.RequestLog, ServeSettings.Otlp];

    /// <exception cref="InvalidOperationException">A setting needs everything in one process.</exception>
    public static void Check(SettingValues settings)
    {
        if (_settings.FirstOrDefault(setting => settings.Find(setting) is not null) is { } uncarried)
            throw new InvalidOperationException($"\"{uncarried.Key}\" does not work with worker processes yet. Set \"processes\" to 0, or leave it out.");
    }
}
