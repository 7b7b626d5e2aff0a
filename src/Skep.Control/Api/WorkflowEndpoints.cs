using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Workflows;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Workflows: deployed with their script, listed, removed (https://developers.cloudflare.com/api/resources/workflows/).</summary>
internal static class WorkflowEndpoints
{
    public const string Root = ApiEndpoint.Account + "/workflows";
    public const string One = Root + "/{workflow}";

    private const int UsualPerPage = 25;
    private const int MostPerPage = 100;

    public static IEnumerable<ApiEndpoint> All(WorkflowAdministration workflows, ICatalog catalog, TimeProvider time) =>
    [
        new("GET", Root, request => ListAsync(workflows, request)),
        new("GET", One, async request => await DescribeAsync(workflows, await FindAsync(workflows, request))),
        new("PUT", One, request => PutAsync(workflows, catalog, request)),
        new("DELETE", One, request => RemoveAsync(workflows, request)),
        new("GET", One + "/versions", request => VersionsAsync(workflows, catalog, request)),
        .. WorkflowInstanceEndpoints.All(workflows, time),
    ];

    /// <summary>The Workflow that the path names.</summary>
    /// <exception cref="ApiException">There is none, or the token is for other Workers.</exception>
    public static async Task<WorkflowDefinition> FindAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var name = request.Route("workflow");
        var found = await workflows.Definitions.FindAsync(name) ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.WorkflowNotFound, $"workflow.not_found: there is no Workflow \"{name}\"."));
        CheckToken(request, found.Script);
        return found;
    }

    /// <summary>The page that is asked for.</summary>
    public static (int Page, int PerPage) Page(ApiRequest request) =>
        (request.Number("page", 1, int.MaxValue), request.Number("per_page", UsualPerPage, MostPerPage));

    private static void CheckToken(ApiRequest request, string script)
    {
        if (!request.Token.Scripts.IsEmpty && !request.Token.Scripts.Contains(script))
            throw new ApiException(HttpStatusCode.Forbidden, new ApiError(ApiErrorCodes.NotAllowed, $"Authentication error. This token is not for the Worker \"{script}\", which defines the Workflow."));
    }

    private static async Task<JsonNode?> ListAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var all = (await workflows.Definitions.ListAsync()).Where(each => request.Token.Scripts.IsEmpty || request.Token.Scripts.Contains(each.Script)).ToList();
        var (page, perPage) = Page(request);
        request.ResultInfo = new JsonObject { ["page"] = page, ["per_page"] = perPage, ["total_count"] = all.Count };
        JsonArray shown = [];
        foreach (var each in all.Skip((int)Math.Min((page - 1L) * perPage, int.MaxValue)).Take(perPage)) shown.Add(await DescribeAsync(workflows, each));
        return shown;
    }

    private static async Task<JsonNode?> PutAsync(WorkflowAdministration workflows, ICatalog catalog, ApiRequest request)
    {
        var name = request.Route("workflow");
        if (!WorkflowRules.IsName(name)) throw ApiException.Invalid($"\"{name}\" is no name of a Workflow: up to 64 letters, digits, \"-\" and \"_\" are.");
        var body = await request.ReadObjectAsync();
        var (script, className) = (body.RequiredString("script_name"), body.RequiredString("class_name"));
        CheckToken(request, script);
        if (await workflows.Definitions.FindAsync(name) is { } known) CheckToken(request, known.Script);
        if (await catalog.FindScriptAsync(script) is null) throw ApiException.NoScript(script);
        if (body["schedules"] is JsonArray { Count: > 0 }) throw ApiException.NotThere("Starting a Workflow by \"schedules\" (give the Worker a cron trigger that creates the instance)");
        var steps = body.OptionalObject("limits")?.OptionalNumber("steps") ?? WorkflowRules.DefaultSteps;
        if (steps is < 1 or > WorkflowRules.MostSteps) throw ApiException.Invalid($"\"limits.steps\" must be from 1 to {WorkflowRules.MostSteps}.");
        return await DescribeAsync(workflows, await workflows.Definitions.PutAsync(name, script, className, (int)steps, WorkflowRequests.Retention(body, "default_retention")));
    }

    private static async Task<JsonNode?> RemoveAsync(WorkflowAdministration workflows, ApiRequest request)
    {
        var found = await FindAsync(workflows, request);
        await workflows.Definitions.RemoveAsync(found.Name);
        return new JsonObject { ["status"] = "ok", ["success"] = true };
    }

    private static async Task<JsonNode?> VersionsAsync(WorkflowAdministration workflows, ICatalog catalog, ApiRequest request)
    {
        var found = await FindAsync(workflows, request);
        if (await catalog.ListDeploymentsAsync(found.Script, 1) is not [var deployed, ..]) return new JsonArray();
        return new JsonArray([.. deployed.Versions.Select(version => new JsonObject
        {
            ["id"] = version.VersionId,
            ["class_name"] = found.ClassName,
            ["created_on"] = ApiTime.Text(deployed.CreatedOn),
            ["modified_on"] = ApiTime.Text(found.ModifiedOn),
            ["workflow_id"] = found.Id,
        })]);
    }

    private static async Task<JsonObject> DescribeAsync(WorkflowAdministration workflows, WorkflowDefinition found)
    {
        var counts = await workflows.Definitions.CountAsync(found.Name);
        JsonObject instances = [];
        foreach (var status in Enum.GetValues<WorkflowStatus>()) instances[WorkflowStatusNames.Of(status)] = counts.GetValueOrDefault(status);
        return new JsonObject
        {
            ["id"] = found.Id,
            ["name"] = found.Name,
            ["script_name"] = found.Script,
            ["class_name"] = found.ClassName,
            ["created_on"] = ApiTime.Text(found.CreatedOn),
            ["modified_on"] = ApiTime.Text(found.ModifiedOn),
            ["limits"] = new JsonObject { ["steps"] = found.StepLimit },
            ["default_retention"] = found.Retention is { } retention ? new JsonObject { ["success_retention"] = retention.Success, ["error_retention"] = retention.Error } : null,
            ["instances"] = instances,
        };
    }
}
