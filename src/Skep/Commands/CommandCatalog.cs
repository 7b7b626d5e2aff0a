using Skep.CommandLine;

namespace Skep.Commands;

/// <summary>The commands, as the help shows them.</summary>
internal static class CommandCatalog
{
    private static readonly Option Port = new("port", "PORT", "Port to listen on; 0 takes a free one (default 8787)", 'p');
    private static readonly Option Host = new("host", "ADDRESS", "Address to listen on: an IP address, localhost or * (default 127.0.0.1)", null, "ip");
    private static readonly Option Data = new("data", "DIR", "The folder that the server keeps everything in (default skep-data, or SKEP_DATA)");
    private static readonly Option LogLevel = new("log-level", "LEVEL", "debug, info, warn, error or none (default info)");

    public static readonly Command Dev = new(
        "dev",
        "entry or folder",
        "Run a Worker, and reload it when its files change",
        [
            Port,
            Host,
            new("var", "KEY:VALUE", "A variable, over those of the configuration; repeatable"),
            new("config", "FILE", "The configuration, instead of the wrangler file of the folder", 'c'),
            new("env", "NAME", "The environment of the configuration to use", 'e'),
            LogLevel,
        ]);

    public static readonly Command Serve = new(
        "serve",
        null,
        "Serve what wrangler deployed, or every Worker of a folder, at http://<name>.localhost",
        [
            Data,
            Port,
            Host,
            new("control-port", "PORT", "Port of the API that wrangler deploys to (default 8788)"),
            new("control-host", "ADDRESS", "Address of that API (default 127.0.0.1)"),
            new("domain", "NAME", "Workers answer at <name>.NAME (default localhost)"),
            new("workers", "DIR", "Serve a folder instead: each script file and each project folder in it is a Worker", 'w'),
            new("eager", null, "Start all Workers at once, not each with its first request"),
            new("mode", "MODE", "development shows clients stack traces and lets Workers reach this machine and private addresses; production does not (default: development for a folder on a loopback address)"),
            new("log-requests", null, "Print a line for every request, not only for failures"),
            new("request-log", "FILE", "Write a line of JSON for every request to a file, or to standard output (-)"),
            new("request-log-sample", "SHARE", "Of the requests that went well, from 0 to 1 (default 1); failed ones are always written"),
            new("otlp", "URL", "Export traces and metrics to this OpenTelemetry collector (OTLP over HTTP; or OTEL_EXPORTER_OTLP_ENDPOINT)"),
            new("otlp-sample", "SHARE", "Of the requests that begin a trace here, from 0 to 1 (default 1)"),
            new("trace-context", "HOW", "W3C trace context: accept that of clients, propagate it to origins, both or none (default none)"),
            LogLevel,
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

    public static readonly IReadOnlyList<Command> All = [Dev, Serve, Token, Worker, Snapshot];
}
