using System.Text.Json;
using Skep.Abstractions.Vectors;

namespace Skep.Storage.Vectors;

/// <summary>A filter by metadata (https://developers.cloudflare.com/vectorize/reference/metadata-filtering/).</summary>
internal sealed class VectorFilter
{
    private const int MostBytes = 2048;
    private const int LongestKey = 512;

    private readonly List<(string[] Path, List<(string Operator, JsonElement Operand)> Tests)> _conditions = [];

    private VectorFilter()
    {
    }

    /// <summary>The properties that it asks for.</summary>
    public IEnumerable<string> Properties => _conditions.Select(condition => string.Join('.', condition.Path));

    /// <exception cref="VectorException">It is no filter.</exception>
    public static VectorFilter Read(JsonElement filter)
    {
        if (filter.ValueKind != JsonValueKind.Object) throw VectorException.Invalid("The filter must be an object.");
        if (System.Text.Encoding.UTF8.GetByteCount(filter.GetRawText()) > MostBytes) throw VectorException.Invalid($"The filter has more than {MostBytes} bytes.");
        VectorFilter read = new();
        foreach (var condition in filter.EnumerateObject())
        {
            if (condition.Name.Length is 0 or > LongestKey || condition.Name[0] == '$' || condition.Name.Contains('"', StringComparison.Ordinal))
                throw VectorException.Invalid($"The filter cannot ask for a property \"{condition.Name}\".");
            read._conditions.Add((condition.Name.Split('.'), Tests(condition)));
        }

        return read;
    }

    /// <summary>Whether a vector with that metadata passes.</summary>
    public bool Passes(ReadOnlySpan<byte> metadata)
    {
        if (_conditions.Count == 0) return true;
        using var document = metadata.IsEmpty ? null : JsonDocument.Parse(metadata.ToArray());
        foreach (var (path, tests) in _conditions)
        {
            var value = document is null ? null : Find(document.RootElement, path);
            foreach (var (name, operand) in tests)
            {
                if (!Test(name, value, operand)) return false;
            }
        }

        return true;
    }

    private static List<(string Operator, JsonElement Operand)> Tests(JsonProperty condition)
    {
        if (condition.Value.ValueKind != JsonValueKind.Object) return [("$eq", Scalar(condition.Value, condition.Name))];
        List<(string, JsonElement)> tests = [];
        foreach (var test in condition.Value.EnumerateObject())
        {
            switch (test.Name)
            {
                case "$eq" or "$ne":
                    tests.Add((test.Name, Scalar(test.Value, condition.Name)));
                    break;
                case "$in" or "$nin":
                    if (test.Value.ValueKind != JsonValueKind.Array) throw VectorException.Invalid($"{test.Name} of \"{condition.Name}\" must be an array.");
                    foreach (var each in test.Value.EnumerateArray()) Scalar(each, condition.Name);
                    tests.Add((test.Name, test.Value));
                    break;
                case "$lt" or "$lte" or "$gt" or "$gte":
                    if (test.Value.ValueKind is not (JsonValueKind.Number or JsonValueKind.String)) throw VectorException.Invalid($"{test.Name} of \"{condition.Name}\" must be a number or a string.");
                    tests.Add((test.Name, test.Value));
                    break;
                default:
                    throw VectorException.Invalid($"The filter has {test.Name}, which is no operator; there are $eq, $ne, $in, $nin, $lt, $lte, $gt and $gte.");
            }
        }

        return tests.Count > 0 ? tests : throw VectorException.Invalid($"The filter's condition for \"{condition.Name}\" is empty.");
    }

    private static JsonElement Scalar(JsonElement value, string name) =>
        value.ValueKind is JsonValueKind.String or JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null
            ? value
            : throw VectorException.Invalid($"The filter's value for \"{name}\" must be a string, a number, true, false or null.");

    private static JsonElement? Find(JsonElement metadata, string[] path)
    {
        // A property may have the dots in its name.
        if (path.Length > 1 && metadata.ValueKind == JsonValueKind.Object && metadata.TryGetProperty(string.Join('.', path), out var whole)) return whole;
        foreach (var name in path)
        {
            if (metadata.ValueKind != JsonValueKind.Object || !metadata.TryGetProperty(name, out metadata)) return null;
        }

        return metadata;
    }

    private static bool Test(string name, JsonElement? value, JsonElement operand) => name switch
    {
        "$eq" => IsEqual(value, operand),
        "$ne" => !IsEqual(value, operand),
        "$in" => operand.EnumerateArray().Any(each => IsEqual(value, each)),
        "$nin" => !operand.EnumerateArray().Any(each => IsEqual(value, each)),
        _ => value is { } given && Compare(given, operand) is { } order && (name switch { "$lt" => order < 0, "$lte" => order <= 0, "$gt" => order > 0, _ => order >= 0 }),
    };

    private static bool IsEqual(JsonElement? value, JsonElement operand) => value is not { } given ? operand.ValueKind == JsonValueKind.Null : (given.ValueKind, operand.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => given.GetDouble().Equals(operand.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) => given.GetString() == operand.GetString(),
        (var one, var other) => one == other && one is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Null,
    };

    private static int? Compare(JsonElement value, JsonElement operand) => (value.ValueKind, operand.ValueKind) switch
    {
        (JsonValueKind.Number, JsonValueKind.Number) => value.GetDouble().CompareTo(operand.GetDouble()),
        (JsonValueKind.String, JsonValueKind.String) => string.CompareOrdinal(value.GetString(), operand.GetString()),
        _ => null,
    };
}
