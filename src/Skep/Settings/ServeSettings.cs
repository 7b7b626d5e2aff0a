using System.Globalization;
using Skep.CommandLine;
using Skep.Output;

namespace Skep.Settings;

/// <summary>Every setting of <c>skep serve</c>. The command line, the environment, the configuration file and docs/configuration.md follow
/// from this table.</summary>
internal static class ServeSettings
{
    private const int MostPort = 65535;
    private const int MostProcesses = 256;

    private static readonly SettingType Port0 = new SettingType.Integer("PORT", 0, MostPort);

    public static readonly Setting Data = new("data", new SettingType.FilePath("DIR"), "skep-data", "The folder that the server keeps everything in");

    public static readonly Setting Port = new("port", Port0, "8787", "Port to listen on; 0 takes a free one") { Short = 'p' };

    public static readonly Setting Host = new("host", new SettingType.Text("ADDRESS"), "127.0.0.1", "Address to listen on: an IP address, localhost or *") { Aliases = ["ip"] };

    public static readonly Setting ControlPort = new("control_port", Port0, "8788", "Port of the API that wrangler deploys to");

    public static readonly Setting ControlHost = new("control_host", new SettingType.Text("ADDRESS"), "127.0.0.1", "Address of that API");

    public static readonly Setting Domain = new("domain", new SettingType.Text("NAME"), "localhost", "Workers answer at <name>.NAME");

    public static readonly Setting Mode = new(
        "mode",
        new SettingType.Choice("MODE", "development", "production"),
        null,
        "development shows clients stack traces and lets Workers reach this machine and private addresses; production does not (default: production, and development for --workers on a loopback address)");

    public static readonly Setting LogRequests = new("log_requests", new SettingType.Switch(), "false", "Print a line for every request, not only for failures");

    public static readonly Setting LogLevel = new("log_level", new SettingType.Choice("LEVEL", LogLevels.ByName.Keys), "info", "debug, info, warn, error or none");

    public static readonly Setting Processes = new(
        "processes",
        new SettingType.Integer("N", 0, MostProcesses),
        Math.Max(2, Environment.ProcessorCount).ToString(CultureInfo.InvariantCulture),
        "Worker processes that serve; 0 runs everything in one process");

    public static readonly Setting SpareProcesses = new(
        "spare_processes", new SettingType.Integer("N", 0, MostProcesses), "1", "Started worker processes that wait to take the place of one that ends");

    public static readonly Setting RecycleHours = new(
        "recycle_hours", new SettingType.Integer("HOURS", 0, 24 * 365), "24", "Age at which a worker process is replaced; 0 for never");

    public static readonly Setting UnresponsiveSeconds = new(
        "unresponsive_seconds", new SettingType.Integer("SECONDS", 1, 3600), "10", "A worker process that does not answer the supervisor for so long is killed and replaced");

    public static readonly Setting DrainSeconds = new(
        "drain_seconds", new SettingType.Integer("SECONDS", 0, 3600), "30", "What requests in flight may take in all when a process ends");

    public static readonly Setting Sandbox = new(
        "sandbox", new SettingType.Switch(), "false", "Lock worker processes up: no files but the program and the system's libraries, no other programs, no ports of their own");

    /// <summary>In the order of help and documentation.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Data, Port, Host, ControlPort, ControlHost, Domain, Mode, LogRequests, LogLevel,
        Processes, SpareProcesses, RecycleHours, UnresponsiveSeconds, DrainSeconds, Sandbox,
    ];

    /// <summary>The option that names the configuration file, and its variable.</summary>
    public static readonly Option ConfigOption = new("config", "FILE", "The configuration file (docs/configuration.md), or SKEP_CONFIG", 'c');

    /// <summary>What the command line, this process's environment and the configuration file say.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The file is wrong.</exception>
    /// <exception cref="UsageException">A flag or variable is wrong.</exception>
    public static SettingValues Read(ParsedArguments arguments)
    {
        var file = arguments.Value(ConfigOption.Name) ?? (Environment.GetEnvironmentVariable("SKEP_CONFIG") is { Length: > 0 } named ? named : null);
        return new SettingsReader(All, Environment.GetEnvironmentVariable).Read(arguments, file is null ? null : Path.GetFullPath(file));
    }
}
