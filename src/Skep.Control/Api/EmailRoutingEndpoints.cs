using System.Collections.Immutable;
using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>The rules of Email Routing (https://developers.cloudflare.com/api/resources/email_routing/subresources/rules/).</summary>
internal static class EmailRoutingEndpoints
{
    private const string Root = "/zones/{zone}/email/routing/rules";
    private const string CatchAll = Root + "/catch_all";
    private const string One = Root + "/{rule}";
    private const int MostRules = 200;

    public static IEnumerable<ApiEndpoint> All(IEmailRules rules, ICatalog catalog, TimeProvider time) =>
    [
        new("GET", Root, async request =>
        {
            var all = await ListAsync(rules, request);
            request.ResultInfo = new JsonObject { ["page"] = 1, ["per_page"] = Math.Max(all.Length, 1), ["count"] = all.Length, ["total_count"] = all.Length, ["total_pages"] = 1 };
            return request.Query("page") is null or "1" ? new JsonArray([.. all.Select(EmailRuleBody.Describe)]) : new JsonArray();
        }),
        new("POST", Root, async request =>
        {
            if ((await ListAsync(rules, request)).Length >= MostRules) throw Refusal(ApiErrorCodes.EmailRuleInvalid, $"A zone can have {MostRules} rules.");
            return await PutAsync(rules, catalog, request, EmailRuleBody.Read(await request.ReadObjectAsync(), request.Route("zone"), Guid.NewGuid().ToString("N"), isCatchAll: false, ApiTime.Now(time)), "email_rule.create", time);
        }),
        new("GET", CatchAll, async request => EmailRuleBody.Describe(await CatchAllAsync(rules, request, time))),
        new("PUT", CatchAll, async request =>
        {
            var known = await CatchAllAsync(rules, request, time);
            return await PutAsync(rules, catalog, request, EmailRuleBody.Read(await request.ReadObjectAsync(), known.Zone, known.Id, isCatchAll: true, known.CreatedOn), "email_rule.update", time);
        }),
        new("GET", One, async request => EmailRuleBody.Describe(await FindAsync(rules, request))),
        new("PUT", One, async request =>
        {
            var known = await FindAsync(rules, request);
            var changed = EmailRuleBody.Read(await request.ReadObjectAsync(), known.Zone, known.Id, known.Address == EmailRule.CatchAll, known.CreatedOn);
            return await PutAsync(rules, catalog, request, changed, "email_rule.update", time);
        }),
        new("DELETE", One, async request =>
        {
            var known = await FindAsync(rules, request);
            await rules.RemoveRuleAsync(known.Zone, known.Id, request.Audit(ApiTime.Now(time), "email_rule.delete", known.Id, known.Address));
            return EmailRuleBody.Describe(known);
        }),
    ];

    private static ValueTask<ImmutableArray<EmailRule>> ListAsync(IEmailRules rules, ApiRequest request)
    {
        AccountScope.Require(request, "email rules");
        return rules.ListRulesAsync(request.Route("zone"));
    }

    private static async Task<EmailRule> FindAsync(IEmailRules rules, ApiRequest request) =>
        (await ListAsync(rules, request)).FirstOrDefault(rule => rule.Id == request.Route("rule"))
            ?? throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.EmailRuleMissing, $"The zone has no rule {request.Route("rule")}."));

    // A zone that has none refuses what no other rule is for.
    private static async Task<EmailRule> CatchAllAsync(IEmailRules rules, ApiRequest request, TimeProvider time) =>
        (await ListAsync(rules, request)).FirstOrDefault(rule => rule.Address == EmailRule.CatchAll) ?? new EmailRule
        {
            // The one of its zone: whoever asks again before it is set finds the same.
            Id = request.Route("zone"),
            Zone = request.Route("zone"),
            Address = EmailRule.CatchAll,
            Enabled = false,
            Action = EmailRuleAction.Drop,
            CreatedOn = ApiTime.Now(time),
        };

    private static async Task<JsonNode?> PutAsync(IEmailRules rules, ICatalog catalog, ApiRequest request, EmailRule rule, string action, TimeProvider time)
    {
        if (rule.Action == EmailRuleAction.Worker && await catalog.FindScriptAsync(rule.Target) is null)
            throw new ApiException(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.EmailWorkerMissing, $"There is no Worker \"{rule.Target}\": deploy it first."));
        return await rules.PutRuleAsync(rule, request.Audit(ApiTime.Now(time), action, rule.Id, rule.Address))
            ? EmailRuleBody.Describe(rule)
            : throw Refusal(ApiErrorCodes.EmailRuleTaken, $"Duplicated Zone rule: there is a rule for {rule.Address} already.");
    }

    private static ApiException Refusal(int code, string message) => new(HttpStatusCode.BadRequest, new ApiError(code, message));
}
