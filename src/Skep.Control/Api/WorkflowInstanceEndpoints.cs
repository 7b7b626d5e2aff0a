using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Workflows;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Instances of Workflows: created, looked at, paused, ended, removed.</summary>
internal static class WorkflowInstanceEndpoints
{
    private const string Root = WorkflowEndpoints.One + "/instances";
    private const string One = Root + "/{instance}";
    private const int MostAtOnce = 1000;

    public static IEnumerable<ApiEndpoint> All(WorkflowAdministration workflows, TimeProvider time) =>
    [
        new("GET", Root, request => ListAsync(workflows, request)),
        new("POST", Root, request => CreateAsync(workflows, request, time)),
        new("POST", Root + "/batch", request => CreateManyAsync(workflows, request, time)),
        new("PUT", Root + "/terminate", request => TerminateAllAsync(workflows, request)),
        new("POST", Root + "/batch/delete", request => DeleteAsync(workflows, request)),
        new("GET", One, request => ShowAsync(workflows, request)),
        new("PATCH", One + "/status", request => ChangeAsync(workflows, request)),
        new("POST", One + "/events/{type}", request => SendAsync(workflows, request)),
    ];

    private static async Task<JsonNode?> ListAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        WorkflowInstanceFilter filter = new(Status(request), WorkflowRequests.Time(request, "date_start"), WorkflowRequests.Time(request, "date_end"));
        var (page, perPage) = WorkflowEndpoints.Page(request);
        var skip = request.Query("cursor") is { } cursor
            ? int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var at) ? at : throw ApiException.BadRequest($"\"cursor\" is none of this list: \"{cursor}\".")
            : (int)Math.Min((page - 1L) * perPage, int.MaxValue);
        var found = await workflows.Definitions.ListInstancesAsync(workflow.Name, filter, skip, perPage + 1);
        request.ResultInfo = new JsonObject { ["page"] = page, ["per_page"] = perPage, ["count"] = Math.Min(found.Count, perPage) };
        if (found.Count > perPage) request.ResultInfo["cursor"] = (skip + perPage).ToString(CultureInfo.InvariantCulture);
        return new JsonArray([.. found.Take(perPage).Select(each => WorkflowLog.Summarise(workflow, each))]);
    }

    private static async Task<JsonNode?> CreateAsync(WorkflowAdministration workflows, ApiRequest request, TimeProvider time)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        var body = await request.ReadObjectAsync();
        var given = WorkflowRequests.Instance(body);
        var created = await workflows.Store.CreateAsync(workflow.Name, [given], "api");
        if (created[0] is not { } made) throw new ApiException(HttpStatusCode.Conflict, new ApiError(ApiErrorCodes.WorkflowInstanceExists, $"instance.already_exists: there is an instance \"{given.Id}\" already."));
        return Made(workflow, made, time);
    }

    private static async Task<JsonNode?> CreateManyAsync(WorkflowAdministration workflows, ApiRequest request, TimeProvider time)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        if (await request.ReadJsonAsync() is not JsonArray { Count: > 0 and <= WorkflowRules.MaxBatch } given || given.Any(each => each is not JsonObject))
            throw ApiException.BadRequest($"The body must be an array of 1 to {WorkflowRules.MaxBatch} instances: [{{ \"instance_id\", \"params\" }}].");
        var created = await workflows.Store.CreateAsync(workflow.Name, [.. given.Select(each => WorkflowRequests.Instance((JsonObject)each!))], "api");
        return new JsonArray([.. created.OfType<string>().Select(id => Made(workflow, id, time))]);
    }

    private static JsonObject Made(WorkflowDefinition workflow, string id, TimeProvider time) => WorkflowLog.Summarise(workflow, new WorkflowInstance
    {
        Workflow = workflow.Name, Id = id, Status = WorkflowStatus.Queued, Params = new WorkflowValue(null, null), Trigger = "api", CreatedOn = time.GetUtcNow(), ModifiedOn = time.GetUtcNow(),
    });

    private static async Task<JsonNode?> ShowAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        var id = request.Route("instance");
        return WorkflowLog.Describe(await workflows.Store.GetAsync(workflow.Name, id), await workflows.Definitions.StepsAsync(workflow.Name, id));
    }

    private static async Task<JsonNode?> ChangeAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        var body = await request.ReadObjectAsync();
        var name = body.RequiredString("status");
        // Not what TryParse takes besides: numbers, and several names.
        if (!Enum.GetNames<WorkflowChange>().Contains(name, StringComparer.OrdinalIgnoreCase) || !Enum.TryParse<WorkflowChange>(name, ignoreCase: true, out var change))
            throw ApiException.BadRequest($"\"status\" must be pause, resume, restart or terminate, not \"{name}\".");
        var id = request.Route("instance");
        await workflows.Store.ChangeAsync(workflow.Name, id, change, WorkflowRequests.Options(body, change));
        return new JsonObject { ["status"] = WorkflowStatusNames.Of((await workflows.Store.GetAsync(workflow.Name, id)).Status) };
    }

    private static async Task<JsonNode?> SendAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        var payload = request.Http.Request.ContentLength == 0 ? null : (await request.ReadJsonAsync()).ToJsonString();
        await workflows.Store.SendEventAsync(workflow.Name, request.Route("instance"), request.Route("type"), new WorkflowValue(null, payload));
        return null;
    }

    private static async Task<JsonNode?> TerminateAllAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        var wanted = Status(request);
        foreach (var status in Enum.GetValues<WorkflowStatus>().Where(status => !status.IsFinal() && (wanted is null || wanted == status)))
        {
            while (await workflows.Definitions.ListInstancesAsync(workflow.Name, new WorkflowInstanceFilter(status), 0, MostAtOnce) is { Count: > 0 } page)
            {
                foreach (var each in page) await TerminateAsync(workflows, each);
            }
        }

        return new JsonObject { ["status"] = "ok" };
    }

    private static async Task TerminateAsync(WorkflowAdministration workflows, WorkflowInstance instance)
    {
        try
        {
            await workflows.Store.ChangeAsync(instance.Workflow, instance.Id, WorkflowChange.Terminate);
        }
        catch (WorkflowException ended) when (ended.Problem is WorkflowProblem.WrongState or WorkflowProblem.NoInstance)
        {
            // It has ended by itself meanwhile.
        }
    }

    private static async Task<JsonNode?> DeleteAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var workflow = await WorkflowEndpoints.FindAsync(workflows, request);
        var body = await request.ReadObjectAsync();
        if (body["instances"] is not JsonArray given || given.Count > WorkflowRules.MaxBatch || given.Any(each => each is not JsonValue value || value.GetValueKind() != System.Text.Json.JsonValueKind.String))
            throw ApiException.BadRequest($"\"instances\" must be up to {WorkflowRules.MaxBatch} ids.");
        string[] ids = [.. given.Select(each => each!.GetValue<string>()).Distinct(StringComparer.Ordinal)];
        var found = await workflows.Store.DeleteAsync(workflow.Name, ids);
        return new JsonObject
        {
            ["deleted"] = new JsonArray([.. ids.Where((_, i) => found[i]).Select(id => new JsonObject { ["id"] = id })]),
            ["errors"] = new JsonArray([.. ids.Where((_, i) => !found[i]).Select(id => new JsonObject { ["id"] = id, ["code"] = ApiErrorCodes.WorkflowInstanceNotFound, ["message"] = "instance.not_found" })]),
        };
    }

    private static WorkflowStatus? Status(ApiRequest request) => request.Query("status") is not { } name
        ? null
        : WorkflowStatusNames.Parse(name) ?? throw ApiException.BadRequest($"\"status\" is no status of an instance: \"{name}\".");
}
