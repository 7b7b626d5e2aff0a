using System.Globalization;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Metering;
using Skep.CommandLine;
using Skep.Hosting;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep worker</c>: what is deployed, what it says and what it uses.</summary>
internal static class WorkerCommand
{
    private const string DefaultControl = "http://127.0.0.1:8788";
    private const int DefaultHours = 24;

    private delegate Task Action(DataFolder data, ParsedArguments arguments, Terminal terminal, CancellationToken stop);

    private static readonly Dictionary<string, Action> _actions = new(StringComparer.Ordinal)
    {
        ["list"] = ListAsync,
        ["logs"] = LogsAsync,
        ["metrics"] = MetricsAsync,
    };

    private static readonly Dictionary<string, UsageGranularity> _granularities = new()
    {
        ["minute"] = UsageGranularity.Minute,
        ["hour"] = UsageGranularity.Hour,
        ["day"] = UsageGranularity.Day,
    };

    public static async Task RunAsync(ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        if (arguments.Argument is not { } name || !_actions.TryGetValue(name, out var action))
            throw new UsageException($"Say what to show: skep worker {string.Join("|", _actions.Keys)}.");
        var folder = DataArguments.Folder(arguments);
        if (!Directory.Exists(folder)) throw new UsageException($"--data: there is no folder {folder}; `skep serve` makes it.");
        using var data = DataFolder.Open(folder);
        await action(data, arguments, terminal, stop);
    }

    private static async Task ListAsync(DataFolder data, ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        foreach (var script in await data.Catalog.ListScriptsAsync())
        {
            var deployed = await data.Catalog.ListDeploymentsAsync(script.Name, 1) is [var deployment, ..]
                ? string.Join(", ", deployment.Versions.Select(share => share.Percentage < 100 ? $"{share.VersionId} {share.Percentage}%" : share.VersionId))
                : "not deployed";
            string[] leads = [.. script.Subdomain ? ["subdomain"] : Array.Empty<string>(), .. script.CustomDomains, .. script.Routes, .. script.Schedules.Select(schedule => $"cron {schedule.Cron}")];
            await terminal.WriteAsync(style => $"{style.Bold(script.Name)}  {script.ModifiedOn:yyyy-MM-dd HH:mm}  {deployed}  {style.Dim(string.Join(", ", leads))}");
        }
    }

    private static async Task LogsAsync(DataFolder data, ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        var script = await FindAsync(data, arguments) ?? throw new UsageException("--name NAME is missing: `skep worker list` shows the Workers.");
        if (!Uri.TryCreate(arguments.Value("control") ?? DefaultControl, UriKind.Absolute, out var control))
            throw new UsageException($"--control: \"{arguments.Value("control")}\" is no address: write it as {DefaultControl}.");

        // Whoever may read the folder may have a token; this one goes with the command.
        var now = TimeProvider.System.GetUtcNow();
        var (token, secret) = await data.CreateTokenAsync("skep worker logs", TokenAccess.Edit, [script.Name], now);
        try
        {
            await new TailReader(control, (await data.AccountAsync()).AccountId, secret).RunAsync(script.Name, arguments.Has("json"), terminal, stop);
        }
        finally
        {
            await data.Catalog.RevokeTokenAsync(token.Id, new AuditEntry(TimeProvider.System.GetUtcNow(), DataFolder.Operator, "token.revoke", token.Id));
        }
    }

    private static async Task MetricsAsync(DataFolder data, ParsedArguments arguments, Terminal terminal, CancellationToken stop)
    {
        var script = await FindAsync(data, arguments);
        var given = arguments.Value("hours") ?? $"{DefaultHours}";
        if (!double.TryParse(given, NumberStyles.Float, CultureInfo.InvariantCulture, out var hours) || hours is not (> 0 and < 20_000))
            throw new UsageException($"--hours must be a number over 0, but is \"{given}\".");
        var now = TimeProvider.System.GetUtcNow();
        var query = new UsageQuery(
            script?.Name,
            now.AddHours(-hours),
            now,
            arguments.OneOf("granularity", _granularities, hours <= 2 ? UsageGranularity.Minute : UsageGranularity.Hour),
            arguments.Has("versions"));
        var usages = await data.Usage.QueryAsync(query);
        if (usages.Count == 0) await terminal.WriteAsync(style => style.Dim($"Nothing was used in the last {hours} hours."));
        foreach (var usage in usages)
            await terminal.WriteAsync(style => UsageLine.Format(style, usage));
    }

    private static async Task<Script?> FindAsync(DataFolder data, ParsedArguments arguments)
    {
        if (arguments.Value("name") is not { } name) return null;
        return await data.Catalog.FindScriptAsync(name) ?? throw new UsageException($"There is no Worker {name}: `skep worker list` shows those there are.");
    }
}
