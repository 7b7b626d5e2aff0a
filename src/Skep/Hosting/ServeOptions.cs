using System.Net;
using Skep.Edge.Dispatch;
using Skep.Edge.Listeners;
using Skep.Edge.Observability;
using Skep.Output;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary>What settings mean for the parts of <c>skep serve</c>; the same in one process and in several.</summary>
internal static class ServeOptions
{
    /// <summary>Where clients connect. Without certificates they are signed by an authority in the data folder.</summary>
    /// <exception cref="CommandLine.UsageException">It cannot be listened like that.</exception>
    public static ListenerOptions Listener(SettingValues settings) => Listener(settings, Path.Combine(Path.GetFullPath(settings.Text(ServeSettings.Data)), "tls"));

    /// <summary>Where clients connect.</summary>
    /// <param name="settings">The settings.</param>
    /// <param name="authorityFolder">Where the authority is kept that signs certificates when there are none.</param>
    public static ListenerOptions Listener(SettingValues settings, string authorityFolder) =>
        ListenerArguments.Read(ServeSettings.Arguments(settings), authorityFolder) with { DrainTimeout = TimeSpan.FromSeconds(settings.Integer(ServeSettings.DrainSeconds)) };

    /// <summary>What the edge knows of clients and origins.</summary>
    public static EdgeSettings Edge(SettingValues settings, Terminal terminal) => EdgeArguments.Read(ServeSettings.Arguments(settings), terminal);

    /// <summary>The structured log; null for none.</summary>
    public static JsonRequestLog? RequestLog(SettingValues settings, Terminal terminal) => RequestLogArguments.Open(ServeSettings.Arguments(settings), terminal);

    /// <summary>What lines of the structured log are written to; null for none.</summary>
    public static Stream? RequestLogOutput(SettingValues settings) => RequestLogArguments.OpenOutput(ServeSettings.Arguments(settings));

    /// <summary>The structured log, written to a given place; null for none.</summary>
    public static JsonRequestLog? RequestLog(SettingValues settings, Terminal terminal, Func<Stream> output) =>
        settings.Find(ServeSettings.RequestLog) is null ? null : RequestLogArguments.To(output(), ServeSettings.Arguments(settings), terminal);

    /// <summary>Where spans and figures are exported to; null for nowhere.</summary>
    public static Telemetry.Options? Telemetry(SettingValues settings) => TelemetryArguments.Read(ServeSettings.Arguments(settings));

    /// <summary>Whose traces are believed, and who is told ours.</summary>
    public static (bool Accept, bool Propagate) TraceContext(SettingValues settings) => TelemetryArguments.Context(ServeSettings.Arguments(settings));

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
    public static DispatchOptions Dispatch(SettingValues settings, WorkerPlatform platform, EdgeSettings edge, JsonRequestLog? log) => new()
    {
        Geography = edge.Geography,
        Colo = edge.Colo ?? new DispatchOptions().Colo,
        Origins = edge.Origins,
        OriginChannel = platform.Services.Outbound,
        Log = Log(settings, platform, log),
        AcceptTraceContext = TraceContext(settings).Accept,
    };

    /// <summary>How much is printed.</summary>
    public static LogLevel LogLevel(SettingValues settings) => settings.Choice(ServeSettings.LogLevel, LogLevels.ByName);

    /// <summary>Whether clients are the author of the Workers.</summary>
    public static bool IsDevelopment(SettingValues settings) => settings.Find(ServeSettings.Mode) == "development";

    private static IRequestLog? Log(SettingValues settings, WorkerPlatform platform, JsonRequestLog? written)
    {
        var shown = LogLevel(settings) == Output.LogLevel.None ? null : new RequestLog(platform.Terminal, platform.Sources, settings.IsOn(ServeSettings.LogRequests), named: true);
        return (shown, written) switch
        {
            ({ } one, { } other) => new RequestLogs([one, other]),
            _ => (IRequestLog?)shown ?? written,
        };
    }
}
