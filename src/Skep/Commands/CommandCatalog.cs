using Skep.CommandLine;
using Skep.LocalData;
using Skep.Settings;
using Skep.Supervision.Processes;

namespace Skep.Commands;

/// <summary>The commands, as the help shows them.</summary>
internal static class CommandCatalog
{
    private static readonly Option Port = new("port", "PORT", "Port to listen on; 0 takes a free one (default 8787)", 'p');
    private static readonly Option Host = new("host", "ADDRESS", "Address to listen on: an IP address, localhost or * (default 127.0.0.1)", null, "ip");
    private static readonly Option HttpsPort = ServeSettings.HttpsPort.Option;
    private static readonly Option Listen = ServeSettings.Listen.Option;
    private static readonly Option Certificate = ServeSettings.Certificate.Option;
    private static readonly Option Key = ServeSettings.Key.Option;
    private static readonly Option Geography = ServeSettings.Geography.Option;
    private static readonly Option Data = ServeSettings.Data.Option;
    private static readonly Option LogLevel = new("log-level", "LEVEL", "debug, info, warn, error or none (default info)");

    public static readonly Command Dev = new(
        "dev",
        "entry or folder",
        "Run a Worker, and reload it when its files change",
        [
            Port,
            Host,
            new("var", "KEY:VALUE", "A variable, over those of the configuration; repeatable"),
            new("config", "FILE", "The configuration, instead of the wrangler file of the folder; repeated: Workers that the first one calls", 'c'),
            new("env", "NAME", "The environment of the configuration to use", 'e'),
            new("https", null, "Serve over TLS, with a certificate of an authority of your own"),
            new("local-protocol", "PROTOCOL", "http or https (default http)"),
            HttpsPort,
            Listen,
            Certificate,
            Key,
            Geography,
            LogLevel,
        ]);

    public static readonly Command Serve = new(
        "serve",
        null,
        "Serve what wrangler deployed, or every Worker of a folder, at http://<name>.localhost",
        [
            ServeSettings.ConfigOption,
            .. ServeSettings.All.Select(setting => setting.Option),
            new("workers", "DIR", "Serve a folder instead: each script file and each project folder in it is a Worker", 'w'),
            new("eager", null, "Start all Workers of that folder at once, not each with its first request"),
        ]);

    public static readonly Command Token = new(
        "token",
        "create, list or revoke",
        "Make, show or revoke the tokens that wrangler deploys with",
        [
            Data,
            new("name", "NAME", "What to call the new token"),
            new("read-only", null, "The new token may look, not change"),
            new("worker", "NAME", "The new token is for this Worker only; repeatable"),
            new("id", "ID", "The token to revoke"),
        ]);

    public static readonly Command Worker = new(
        "worker",
        "list, logs or metrics",
        "Show what is deployed, what a Worker says as it runs, or what Workers have used",
        [
            Data,
            new("name", "NAME", "The Worker; metrics without it are of all"),
            new("control", "URL", "Where the server's API is, for logs (default http://127.0.0.1:8788)"),
            new("json", null, "Print the events of logs as JSON"),
            new("hours", "HOURS", "How far metrics go back (default 24)"),
            new("granularity", "PERIOD", "Divide metrics by minute, hour or day (default: minute up to two hours, then hour)"),
            new("versions", null, "Tell the versions apart in metrics"),
        ]);

    public static readonly Command Reload = new(
        "reload",
        null,
        "Let a running server replace its worker processes, one after the other, without losing a request",
        [Data]);

    public static readonly Command Backup = new(
        "backup",
        null,
        "Copy everything that a server keeps, also while it serves",
        [Data, new("to", "PATH", "A new folder or, when it ends in .tar or .tar.gz, a new archive")]);

    public static readonly Command Restore = new(
        "restore",
        null,
        "Make a data folder of a backup",
        [Data, new("from", "PATH", "The folder or archive that skep backup wrote")]);

    public static readonly Command Doctor = new(
        "doctor",
        null,
        "Say what is wrong with the machine, the configuration or the data folder",
        [ServeSettings.ConfigOption, .. ServeSettings.All.Select(setting => setting.Option)]);

    public static readonly Command WorkerProcess = new(
        ProcessStarter.Command,
        null,
        "Be a worker process of skep serve",
        [new("link", "FD", "The descriptor of the link to the supervisor")])
    {
        Hidden = true,
    };

    public static readonly Command Snapshot = new(
        "snapshot",
        null,
        "Write the startup snapshot of the web-API layer (a step of the build)",
        [
            new("layer", "FILE", "The bundled layer"),
            new("out", "FILE", "The snapshot to write"),
        ])
    {
        Hidden = true,
    };

    public static readonly IReadOnlyList<Command> All =
        [Dev, Serve, Reload, Token, Worker, Backup, Restore, Doctor, WorkerProcess, Snapshot, .. DataCommands.All.Select(each => each.Command)];

    /// <summary>The command that these arguments choose; null when there is none. Of two, the one of more words.</summary>
    public static Command? Find(ReadOnlySpan<string> arguments)
    {
        Command? found = null;
        foreach (var command in All)
        {
            if (arguments.StartsWith(command.Words.AsSpan()) && command.Words.Length > (found?.Words.Length ?? 0)) found = command;
        }

        return found;
    }
}
