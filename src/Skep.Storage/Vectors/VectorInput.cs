using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Skep.Abstractions.Vectors;

namespace Skep.Storage.Vectors;

/// <summary>A vector as it is stored.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Namespace">Its namespace, or empty.</param>
/// <param name="Metadata">JSON, or null.</param>
/// <param name="Values">Its numbers.</param>
internal sealed record VectorRow(string Id, string Namespace, string? Metadata, float[] Values)
{
    public ReadOnlySpan<byte> Bytes => MemoryMarshal.AsBytes(Values.AsSpan());
}

/// <summary>Reads requests.</summary>
internal static class VectorInput
{
    private const int LongestId = 64;
    private const int LongestMetadata = 10 << 10;
    private const int MostVectors = 5_000;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Vectors, one a line.</summary>
    /// <exception cref="VectorException">One is malformed, or does not fit the index.</exception>
    public static List<VectorRow> Vectors(ReadOnlySpan<byte> lines, int dimensions)
    {
        List<VectorRow> rows = [];
        while (!lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = (end < 0 ? lines : lines[..end]).Trim(" \t\r"u8);
            lines = end < 0 ? [] : lines[(end + 1)..];
            if (line.IsEmpty) continue;
            if (rows.Count == MostVectors) throw VectorException.Invalid($"There are more than {MostVectors} vectors in one request.");
            using var document = Parse(line.ToArray());
            rows.Add(Vector(document.RootElement, dimensions));
        }

        return rows.Count > 0 ? rows : throw VectorException.Invalid("There are no vectors in the request.");
    }

    /// <exception cref="VectorException">It is no JSON.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> json)
    {
        try
        {
            return JsonDocument.Parse(json, Strict);
        }
        catch (JsonException malformed)
        {
            throw VectorException.Invalid($"The request is no JSON: {malformed.Message}");
        }
    }

    /// <summary>The numbers of a vector.</summary>
    /// <exception cref="VectorException">They are no numbers, or as many as they should be.</exception>
    public static float[] Values(JsonElement values, int dimensions, string what)
    {
        if (values.ValueKind != JsonValueKind.Array) throw VectorException.Invalid($"{what}: the values must be an array of numbers");
        if (values.GetArrayLength() != dimensions) throw VectorException.Dimensions(what, dimensions, values.GetArrayLength());
        var numbers = new float[dimensions];
        var at = 0;
        foreach (var each in values.EnumerateArray())
        {
            if (each.ValueKind != JsonValueKind.Number || !each.TryGetSingle(out var number) || !float.IsFinite(number)) throw VectorException.Invalid($"{what}: the value at {at} is no finite number");
            numbers[at++] = number;
        }

        return numbers;
    }

    /// <summary>Ids: an object with <c>ids</c>, or an array.</summary>
    /// <exception cref="VectorException">There are none, or too many.</exception>
    public static List<string> Ids(JsonElement request, int most)
    {
        var array = request.ValueKind == JsonValueKind.Object && request.TryGetProperty("ids", out var named) ? named : request;
        if (array.ValueKind != JsonValueKind.Array || array.EnumerateArray().Any(id => id.ValueKind != JsonValueKind.String)) throw VectorException.Invalid("\"ids\" must be an array of strings.");
        if (array.GetArrayLength() > most) throw VectorException.Invalid($"There are {array.GetArrayLength()} ids; {most} are allowed.");
        return [.. array.EnumerateArray().Select(id => id.GetString()!)];
    }

    /// <exception cref="VectorException">It is no namespace.</exception>
    public static string Namespace(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Null) return "";
        if (value.ValueKind != JsonValueKind.String) throw VectorException.Invalid("A namespace must be a string.");
        var name = value.GetString()!;
        return Encoding.UTF8.GetByteCount(name) <= LongestId ? name : throw VectorException.Invalid($"A namespace has at most {LongestId} bytes.");
    }

    private static VectorRow Vector(JsonElement vector, int dimensions)
    {
        if (vector.ValueKind != JsonValueKind.Object) throw VectorException.Invalid("A vector must be an object with id and values.");
        var id = vector.TryGetProperty("id", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString()! : throw VectorException.Invalid("A vector has no \"id\", or one that is no string.");
        if (id.Length == 0 || Encoding.UTF8.GetByteCount(id) > LongestId) throw VectorException.Invalid($"The id \"{id}\" must have 1 to {LongestId} bytes.");
        string? metadata = null;
        if (vector.TryGetProperty("metadata", out var beside) && beside.ValueKind != JsonValueKind.Null)
        {
            if (beside.ValueKind != JsonValueKind.Object) throw VectorException.Invalid($"The metadata of id=\"{id}\" must be an object.");
            metadata = beside.GetRawText();
            if (Encoding.UTF8.GetByteCount(metadata) > LongestMetadata) throw VectorException.Invalid($"The metadata of id=\"{id}\" has more than {LongestMetadata} bytes.");
        }

        if (!vector.TryGetProperty("values", out var values)) throw VectorException.Invalid($"The vector of id=\"{id}\" has no \"values\".");
        return new VectorRow(id, vector.TryGetProperty("namespace", out var space) ? Namespace(space) : "", metadata, Values(values, dimensions, $"invalid vector for id=\"{id}\""));
    }
}
