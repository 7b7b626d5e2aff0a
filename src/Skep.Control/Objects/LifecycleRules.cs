using System.Globalization;
using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.R2;
using Skep.Control.Envelopes;

namespace Skep.Control.Objects;

/// <summary>What becomes of a bucket's old objects (https://developers.cloudflare.com/r2/buckets/object-lifecycles/).</summary>
public static class LifecycleRules
{
    private const int MostRules = 1000;

    // What a new bucket has.
    private const string Default =
        """[{ "id": "Default Multipart Abort Rule", "enabled": true, "conditions": { "prefix": "" }, "abortMultipartUploadsTransition": { "condition": { "type": "Age", "maxAge": 604800 } } }]""";

    /// <summary>The rules of a bucket.</summary>
    public static IReadOnlyList<R2LifecycleRule> Of(R2BucketEntry bucket) => Parse(Json(bucket));

    /// <summary>The same as the API has them.</summary>
    internal static JsonArray Json(R2BucketEntry bucket) => (JsonArray)JsonNode.Parse(bucket.Lifecycle ?? Default)!;

    /// <summary>Reads rules.</summary>
    /// <exception cref="ApiException">They are malformed.</exception>
    internal static IReadOnlyList<R2LifecycleRule> Parse(JsonArray rules)
    {
        if (rules.Count > MostRules) throw ApiException.BadRequest($"A bucket has at most {MostRules} lifecycle rules.");
        List<R2LifecycleRule> read = [];
        HashSet<string> ids = new(StringComparer.Ordinal);
        foreach (var rule in rules.Objects("rules"))
        {
            if (!ids.Add(rule.RequiredString("id"))) throw ApiException.BadRequest($"Two lifecycle rules have the id \"{rule.RequiredString("id")}\".");
            var parsed = Read(rule);
            if (rule.OptionalBoolean("enabled") ?? true) read.Add(parsed);
        }

        return read;
    }

    private static R2LifecycleRule Read(JsonObject rule)
    {
        R2LifecycleMoment? move = null;
        foreach (var transition in rule.OptionalArray("storageClassTransitions").Objects("storageClassTransitions"))
        {
            if (transition.OptionalString("storageClass") is { } name and not R2StorageClasses.InfrequentAccess)
                throw ApiException.BadRequest($"Objects cannot change to the storage class \"{name}\", only to {R2StorageClasses.InfrequentAccess}.");
            move = Moment(transition);
        }

        return new R2LifecycleRule(
            rule.OptionalObject("conditions")?.OptionalString("prefix") ?? "",
            Transition(rule, "abortMultipartUploadsTransition")?.Age,
            Transition(rule, "deleteObjectsTransition"),
            move);
    }

    private static R2LifecycleMoment? Transition(JsonObject rule, string name) => rule.OptionalObject(name) is { } transition ? Moment(transition) : null;

    private static R2LifecycleMoment Moment(JsonObject transition)
    {
        var condition = transition.OptionalObject("condition") ?? throw ApiException.BadRequest("A transition of a lifecycle rule has no \"condition\".");
        switch (condition.OptionalString("type"))
        {
            case "Age" when condition.OptionalNumber("maxAge") is >= 0 and <= int.MaxValue and var seconds:
                return new R2LifecycleMoment(TimeSpan.FromSeconds(seconds), null);
            case "Date" when DateTimeOffset.TryParse(condition.OptionalString("date"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var date):
                return new R2LifecycleMoment(null, date);
            default:
                throw ApiException.BadRequest("A condition of a lifecycle rule is { \"type\": \"Age\", \"maxAge\": seconds } or { \"type\": \"Date\", \"date\": \"2027-01-01\" }.");
        }
    }
}
