using System.Net;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Email;
using Skep.Abstractions.Routing;
using Skep.Control.Calls;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Email rules as the API writes them.</summary>
internal static class EmailRuleBody
{
    private const string All = "all";
    private const string Literal = "literal";
    private const string To = "to";

    private static readonly string[] Actions = ["drop", "forward", "worker"];

    /// <summary>The rule that a body describes.</summary>
    /// <param name="body">The body.</param>
    /// <param name="zone">The zone.</param>
    /// <param name="id">The rule's id.</param>
    /// <param name="isCatchAll">Whether it is the zone's catch-all.</param>
    /// <param name="createdOn">When it was made.</param>
    /// <exception cref="ApiException">It is malformed.</exception>
    public static EmailRule Read(JsonObject body, string zone, string id, bool isCatchAll, DateTimeOffset createdOn)
    {
        if (body.OptionalArray("actions") is not [JsonObject action]) throw Invalid("\"actions\" must have one action.");
        var kind = Array.IndexOf(Actions, action.RequiredString("type"));
        if (kind < 0) throw Invalid($"The action \"{action.RequiredString("type")}\" is not known; there are forward, worker and drop.");
        var values = action["value"] is null ? [] : action.OptionalArray("value").Strings("\"value\"").ToArray();
        if (kind != (int)EmailRuleAction.Drop && values.Length != 1) throw Invalid($"The action \"{Actions[kind]}\" must have one \"value\".");
        var target = kind == (int)EmailRuleAction.Drop ? "" : values[0];
        if (kind == (int)EmailRuleAction.Forward && !EmailAddress.IsValid(target)) throw Invalid($"\"{target}\" is not an email address.");
        return new EmailRule
        {
            Id = id,
            Zone = zone,
            Address = isCatchAll ? EmailRule.CatchAll : Address(body, zone),
            Name = body.OptionalString("name") ?? "",
            Enabled = body.OptionalBoolean("enabled") ?? true,
            Priority = (int)Math.Clamp(body.OptionalNumber("priority") ?? 0, 0, int.MaxValue),
            Action = (EmailRuleAction)kind,
            Target = target,
            CreatedOn = createdOn,
        };
    }

    public static JsonObject Describe(EmailRule rule)
    {
        var action = new JsonObject { ["type"] = Actions[(int)rule.Action] };
        if (rule.Target.Length > 0) action["value"] = new JsonArray(rule.Target);
        var matcher = rule.Address == EmailRule.CatchAll
            ? new JsonObject { ["type"] = All }
            : new JsonObject { ["type"] = Literal, ["field"] = To, ["value"] = rule.Address };
        return new JsonObject
        {
            ["id"] = rule.Id,
            ["tag"] = rule.Id,
            ["name"] = rule.Name,
            ["matchers"] = new JsonArray(matcher),
            ["actions"] = new JsonArray(action),
            ["enabled"] = rule.Enabled,
            ["priority"] = rule.Priority,
        };
    }

    private static string Address(JsonObject body, string zone)
    {
        if (body.OptionalArray("matchers") is not [JsonObject matcher]) throw Invalid("\"matchers\" must have one matcher.");
        if (matcher.RequiredString("type") != Literal || matcher.RequiredString("field") != To) throw Invalid("A matcher must be { \"type\": \"literal\", \"field\": \"to\", \"value\": … }; for all addresses there is the catch-all rule.");
        var address = matcher.RequiredString("value").ToLowerInvariant();
        if (!EmailAddress.IsValid(address)) throw Invalid($"\"{address}\" is not an email address.");
        return ZoneId.Covers(zone, EmailAddress.DomainOf(address)) ? address : throw Invalid($"\"{address}\" is not an address of the zone.");
    }

    private static ApiException Invalid(string message) => new(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.EmailRuleInvalid, $"Invalid rule: {message}"));
}
