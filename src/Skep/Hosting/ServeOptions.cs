using System.Net;
using Skep.Edge.Dispatch;
using Skep.Edge.Listeners;
using Skep.Output;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary>What settings mean for the parts of <c>skep serve</c>; the same in one process and in several.</summary>
internal static class ServeOptions
{
    /// <summary>Where clients connect.</summary>
    public static ListenerOptions Listener(SettingValues settings) => new()
    {
        Host = settings.Text(ServeSettings.Host),
        Port = settings.Integer(ServeSettings.Port),
        DrainTimeout = TimeSpan.FromSeconds(settings.Integer(ServeSettings.DrainSeconds)),
    };

    /// <summary>Where wrangler connects.</summary>
    /// <exception cref="ArgumentException">It is no address.</exception>
    public static IPAddress ControlAddress(SettingValues settings) => settings.Text(ServeSettings.ControlHost) switch
    {
        "localhost" => IPAddress.Loopback,
        "*" => IPAddress.IPv6Any,
        var given => IPAddress.TryParse(given, out var address)
            ? address
            : throw new ArgumentException($"\"{given}\" (control_host) is not an address to listen on: use an IP address, localhost or *.", nameof(settings)),
    };

    /// <summary>How requests are handed to workers.</summary>
    public static DispatchOptions Dispatch(SettingValues settings, WorkerPlatform platform) => new()
    {
        Log = LogLevel(settings) == Output.LogLevel.None
            ? null
            : new RequestLog(platform.Terminal, platform.Sources, settings.IsOn(ServeSettings.LogRequests), named: true),
    };

    /// <summary>How much is printed.</summary>
    public static LogLevel LogLevel(SettingValues settings) => settings.Choice(ServeSettings.LogLevel, LogLevels.ByName);

    /// <summary>Whether clients are the author of the Workers.</summary>
    public static bool IsDevelopment(SettingValues settings) => settings.Find(ServeSettings.Mode) == "development";
}
