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

    public static readonly Setting HttpsPort = new(
        "https_port", new SettingType.Integer("PORT", 0, MostPort, isList: true), "", "Port to listen on with TLS, beside --port; repeatable");

    public static readonly Setting Listen = new(
        "listen",
        new SettingType.Text("URL", isList: true),
        "",
        "Where else to listen: http://ADDRESS:PORT, https://, or h2c:// for HTTP/2 without TLS; +proxy (https+proxy://) for the PROXY protocol; repeatable");

    public static readonly Setting Certificate = new(
        "cert",
        new SettingType.FilePath("PATH", isList: true),
        "",
        "A certificate as PEM, or a folder of them; repeatable (without any an authority is made, and signs what is asked for)") { Aliases = ["https-cert-path"] };

    public static readonly Setting Key = new(
        "key", new SettingType.FilePath("FILE", isList: true), "", "The key of the --cert in the same place, where it is not beside it; repeatable") { Aliases = ["https-key-path"] };

    public static readonly Setting TrustedProxy = new(
        "trusted_proxy", new SettingType.Text("ADDRESS", isList: true), "", "A proxy (or network) whose X-Forwarded-For and PROXY headers are believed; repeatable");

    public static readonly Setting MaxConnectionsPerAddress = new(
        "max_connections_per_address", new SettingType.Integer("N", 1, int.MaxValue), null, "Connections that one address (of IPv6: one network of 64 bits) may have open, in each process (default: no limit)");

    public static readonly Setting Geography = new(
        "geo", new SettingType.FilePath("FILE", isList: true), "", "A MaxMind DB (MMDB) of countries, cities or networks for request.cf; repeatable, the first that knows wins");

    public static readonly Setting Colo = new("colo", new SettingType.Text("CODE"), null, "request.cf.colo, and the end of Ray IDs (default SKP)");

    public static readonly Setting Origin = new(
        "origin", new SettingType.Text("ZONE=URL", isList: true), "", "The server behind a zone, where no Worker answers: example.com=https://10.0.0.5:8443; repeatable");

    public static readonly Setting ControlPort = new("control_port", Port0, "8788", "Port of the API that wrangler deploys to");

    public static readonly Setting ControlHost = new("control_host", new SettingType.Text("ADDRESS"), "127.0.0.1", "Address of that API");

    public static readonly Setting Domain = new("domain", new SettingType.Text("NAME"), "localhost", "Workers answer at <name>.NAME");

    public static readonly Setting Mode = new(
        "mode",
        new SettingType.Choice("MODE", "development", "production"),
        null,
        "development shows clients stack traces and lets Workers reach this machine and private addresses; production does not (default: production, and development for --workers on a loopback address)");

    public static readonly Setting LogRequests = new("log_requests", new SettingType.Switch(), "false", "Print a line for every request, not only for failures");

    public static readonly Setting RequestLog = new(
        "request_log", new SettingType.FilePath("FILE", word: "-"), null, "Write a line of JSON for every request to a file, or to standard output (-)");

    public static readonly Setting RequestLogSample = new(
        "request_log_sample", new SettingType.Share("SHARE"), "1", "Of the requests that went well, from 0 to 1; failed ones are always written");

    public static readonly Setting Otlp = new(
        "otlp", new SettingType.Text("URL"), null, "Export traces and metrics to this OpenTelemetry collector (OTLP over HTTP; or OTEL_EXPORTER_OTLP_ENDPOINT)");

    public static readonly Setting OtlpSample = new("otlp_sample", new SettingType.Share("SHARE"), "1", "Of the requests that begin a trace here, from 0 to 1");

    public static readonly Setting TraceContext = new(
        "trace_context",
        new SettingType.Choice("HOW", "none", "accept", "propagate", "both"),
        "none",
        "W3C trace context: accept that of clients, propagate it to origins, both or none");

    public static readonly Setting LogLevel = new("log_level", new SettingType.Choice("LEVEL", LogLevels.ByName.Keys), "info", "debug, info, warn, error or none");

    public static readonly Setting Processes = new(
        "processes",
        new SettingType.Integer("N", 0, MostProcesses),
        "2",
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

    public static readonly Setting AnalyticsRetentionDays = new(
        "analytics_retention_days", new SettingType.Integer("DAYS", 1, 3650), "90", "How long data points of Analytics Engine are kept");

    public static readonly Setting AiUrl = new(
        "ai_url", new SettingType.Text("URL"), null, "The OpenAI-compatible endpoint behind AI bindings, such as http://127.0.0.1:11434/v1");

    public static readonly Setting AiKey = new("ai_key", new SettingType.Text("KEY"), null, "The key that this endpoint wants, as a bearer token");

    public static readonly Setting AiModel = new(
        "ai_model",
        new SettingType.Text("MODEL=NAME", isList: true),
        "",
        "What the endpoint calls a model that Workers name, with * for all others; repeatable (without any, names go there as they are)");

    public static readonly Setting SmtpHost = new("smtp_host", new SettingType.Text("HOST"), null, "The SMTP server that delivers what Workers send, forward and reply");

    public static readonly Setting SmtpPort = new("smtp_port", new SettingType.Integer("PORT", 1, MostPort), null, "Its port (default: 587, or 465 and 25 by smtp_tls)");

    public static readonly Setting SmtpTls = new(
        "smtp_tls", new SettingType.Choice("HOW", "starttls", "tls", "none"), null, "How it is encrypted: starttls, tls from the first byte, or none (default: starttls, and tls for port 465)");

    public static readonly Setting SmtpUser = new("smtp_user", new SettingType.Text("USER"), null, "The user that it knows, where it wants one");

    public static readonly Setting SmtpPassword = new("smtp_password", new SettingType.Text("PASSWORD"), null, "The password of that user");

    public static readonly Setting EmailListen = new(
        "email_listen", new SettingType.Text("ADDRESS:PORT"), null, "Where to take email from other servers, such as 0.0.0.0:25, for addresses that have a rule (default: nowhere)");

    public static readonly Setting EmailName = new("email_name", new SettingType.Text("NAME"), null, "What the server calls itself to other mail servers (default: the machine's name)");

    /// <summary>In the order of help and documentation.</summary>
    public static readonly IReadOnlyList<Setting> All =
    [
        Data, Port, Host, HttpsPort, Listen, Certificate, Key, TrustedProxy, MaxConnectionsPerAddress, Geography, Colo, Origin,
        ControlPort, ControlHost, Domain, Mode, LogRequests, RequestLog, RequestLogSample, Otlp, OtlpSample, TraceContext, LogLevel,
        Processes, SpareProcesses, RecycleHours, UnresponsiveSeconds, DrainSeconds, Sandbox,
        AnalyticsRetentionDays, AiUrl, AiKey, AiModel, SmtpHost, SmtpPort, SmtpTls, SmtpUser, SmtpPassword, EmailListen, EmailName,
    ];

    /// <summary>Those that only the supervisor goes by. Worker processes do not get them: whoever breaks into one shall not find the password.</summary>
    public static readonly IReadOnlyList<Setting> OfSupervisor = [SmtpHost, SmtpPort, SmtpTls, SmtpUser, SmtpPassword, EmailListen, EmailName];

    /// <summary>The option that names the configuration file, and its variable.</summary>
    public static readonly Option ConfigOption = new("config", "FILE", "The configuration file (docs/configuration.md), or SKEP_CONFIG", 'c');

    /// <summary>The settings as a command line that says all of them: for parts of the server that other commands have as well.</summary>
    public static ParsedArguments Arguments(SettingValues settings) => ParsedArguments.Of(
        from setting in All
        from value in setting.Type.IsList ? settings.List(setting) : settings.Find(setting) is { } single ? [single] : []
        where setting.Type.Placeholder is not null || value is "true" or "1"
        select KeyValuePair.Create(setting.Flag, value));

    /// <summary>What the command line, this process's environment and the configuration file say.</summary>
    /// <exception cref="Diagnostics.DiagnosticException">The file is wrong.</exception>
    /// <exception cref="UsageException">A flag or variable is wrong.</exception>
    public static SettingValues Read(ParsedArguments arguments)
    {
        var file = arguments.Value(ConfigOption.Name) ?? (Environment.GetEnvironmentVariable("SKEP_CONFIG") is { Length: > 0 } named ? named : null);
        return new SettingsReader(All, Environment.GetEnvironmentVariable).Read(arguments, file is null ? null : Path.GetFullPath(file));
    }
}
