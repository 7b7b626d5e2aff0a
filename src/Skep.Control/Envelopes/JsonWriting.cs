using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Skep.Control.Envelopes;

/// <summary>Collections as clients get them.</summary>
internal static class JsonWriting
{
    public static JsonArray ToJson(this IEnumerable<string> strings) => new([.. strings.Select(each => JsonValue.Create(each))]);

    public static JsonObject ToJson(this ImmutableDictionary<string, string> values) =>
        new(values.Select(each => KeyValuePair.Create(each.Key, (JsonNode?)each.Value)));
}
