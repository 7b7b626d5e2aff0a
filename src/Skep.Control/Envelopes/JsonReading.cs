using System.Text.Json.Nodes;
using System.Text.Json;

namespace Skep.Control.Envelopes;

/// <summary>Reads members of what clients sent; a value of the wrong kind is named in the error.</summary>
internal static class JsonReading
{
    public static string? OptionalString(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.String => value.GetValue<string>(),
        _ => throw ApiException.BadRequest($"\"{name}\" must be a string."),
    };

    public static string RequiredString(this JsonObject from, string name) =>
        from.OptionalString(name) ?? throw ApiException.BadRequest($"\"{name}\" is missing.");

    public static bool? OptionalBoolean(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() is JsonValueKind.True or JsonValueKind.False => value.GetValue<bool>(),
        _ => throw ApiException.BadRequest($"\"{name}\" must be true or false."),
    };

    public static double? OptionalNumber(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonValue value when value.GetValueKind() == JsonValueKind.Number => value.GetValue<double>(),
        _ => throw ApiException.BadRequest($"\"{name}\" must be a number."),
    };

    public static JsonObject? OptionalObject(this JsonObject from, string name) => from[name] switch
    {
        null => null,
        JsonObject value => value,
        _ => throw ApiException.BadRequest($"\"{name}\" must be an object."),
    };

    public static JsonArray OptionalArray(this JsonObject from, string name) => from[name] switch
    {
        null => [],
        JsonArray value => value,
        _ => throw ApiException.BadRequest($"\"{name}\" must be an array."),
    };

    /// <summary>The elements, each of which must be an object.</summary>
    public static IEnumerable<JsonObject> Objects(this JsonArray array, string what) =>
        array.Select(item => item as JsonObject ?? throw ApiException.BadRequest($"Each of {what} must be an object."));

    /// <summary>The elements, each of which must be a string.</summary>
    public static IEnumerable<string> Strings(this JsonArray array, string what) =>
        array.Select(item => item is JsonValue value && value.GetValueKind() == JsonValueKind.String
            ? value.GetValue<string>()
            : throw ApiException.BadRequest($"Each of {what} must be a string."));
}
