using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Events;
using Skep.Abstractions.Scheduling;
using Skep.Control.Calls;
using Skep.Control.Envelopes;
using Skep.Control.Scripts;

namespace Skep.Control.Api;

/// <summary>Cron triggers: not versioned, they belong to the script.</summary>
internal static class ScheduleEndpoints
{
    private const int MostRuns = 100;

    public static IEnumerable<ApiEndpoint> All(ControlOptions options, ScriptChanges changes, ICatalog catalog, ICronStore runs) =>
    [
        new("GET", ApiEndpoint.Script + "/schedules", async request => Describe(await ScriptEndpoints.FindAsync(catalog, request))),
        new("PUT", ApiEndpoint.Script + "/schedules", request => changes.AloneAsync(request.Script, () => SetAsync(options, changes, catalog, request))),

        // Cloudflare shows these in its dashboard only.
        new("GET", ApiEndpoint.Script + "/schedules/runs", async request => await ListRunsAsync(catalog, runs, request)),
    ];

    private static async Task<JsonNode?> SetAsync(ControlOptions options, ScriptChanges changes, ICatalog catalog, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        var wanted = await request.ReadJsonAsync() as JsonArray ?? throw ApiException.BadRequest("The request body must be a JSON array.");
        string[] crons = [.. wanted.Objects("schedules").Select(each => Check(each.RequiredString("cron"))).Distinct(StringComparer.Ordinal)];
        if (crons.Length > options.MaxSchedules)
            throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.TooManySchedules, $"You have exceeded the limit of {options.MaxSchedules} Cron Triggers: there are {crons.Length}."));
        var now = changes.Now;
        script = script with
        {
            Schedules = [.. crons.Select(cron => script.Schedules.FirstOrDefault(known => known.Cron == cron) is { } known ? known with { ModifiedOn = now } : new CronSchedule(cron, now, now))],
            ModifiedOn = now,
        };
        await changes.ApplyAsync(new CatalogChange { Script = script, Audit = request.Audit(now, "script.schedules", script.Name, string.Join("; ", crons)) });
        return Describe(script);
    }

    private static string Check(string cron) => CronExpression.TryParse(cron, out _, out var problem)
        ? cron
        : throw new ApiException(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.InvalidCron, $"invalid cron string: \"{cron}\": {problem}."));

    private static async Task<JsonNode?> ListRunsAsync(ICatalog catalog, ICronStore runs, ApiRequest request)
    {
        var script = await ScriptEndpoints.FindAsync(catalog, request);
        // Those of a script of the same name that was deleted are not its own.
        return new JsonArray([.. (await runs.ListAsync(script.Name, MostRuns)).Where(run => run.StartedOn >= script.CreatedOn).Select(Describe)]);
    }

    private static JsonObject Describe(Script script) => new()
    {
        ["schedules"] = new JsonArray([.. script.Schedules.Select(schedule => new JsonObject
        {
            ["cron"] = schedule.Cron,
            ["created_on"] = ApiTime.Text(schedule.CreatedOn),
            ["modified_on"] = ApiTime.Text(schedule.ModifiedOn),
        })]),
    };

    private static JsonObject Describe(CronRun run) => new()
    {
        ["cron"] = run.Cron,
        ["scheduled_time"] = ApiTime.Text(run.ScheduledTime),
        ["started_on"] = ApiTime.Text(run.StartedOn),
        ["ended_on"] = run.EndedOn is { } ended ? ApiTime.Text(ended) : null,
        ["attempts"] = run.Attempts,
        ["version_id"] = run.VersionId,
        ["outcome"] = run.Outcome is { } outcome ? OutcomeNames.Of(outcome) : null,
        ["cpu_ms"] = run.Cpu.TotalMilliseconds,
        ["wall_ms"] = run.Wall.TotalMilliseconds,
        ["error"] = run.Error,
    };
}
