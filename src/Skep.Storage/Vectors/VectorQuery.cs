using System.Text.Json;
using Skep.Abstractions.Vectors;

namespace Skep.Storage.Vectors;

/// <summary>A query: what is looked for, and what of it is told.</summary>
internal sealed record VectorQuery
{
    private const int UsualCount = 5;
    private const int MostCount = 100;
    private const int MostDetailed = 50;

    /// <summary>What is looked for; null for the vector of <see cref="Id"/>.</summary>
    public float[]? Values { get; init; }

    public string? Id { get; init; }

    public int Count { get; init; } = UsualCount;

    public string? Namespace { get; init; }

    public bool ReturnsValues { get; init; }

    /// <summary>none, indexed or all.</summary>
    public string ReturnsMetadata { get; init; } = "none";

    public VectorFilter? Filter { get; init; }

    /// <exception cref="VectorException">It is none.</exception>
    public static VectorQuery Read(JsonElement request, VectorIndex index)
    {
        if (request.ValueKind != JsonValueKind.Object) throw VectorException.Invalid("A query must be an object.");
        VectorQuery query = new();
        foreach (var option in request.EnumerateObject())
        {
            if (option.Value.ValueKind == JsonValueKind.Null) continue;
            query = option.Name switch
            {
                "vector" => query with { Values = VectorInput.Values(option.Value, index.Dimensions, "invalid query vector") },
                "vectorId" => query with { Id = option.Value.ValueKind == JsonValueKind.String ? option.Value.GetString() : throw VectorException.Invalid("\"vectorId\" must be a string.") },
                "topK" => query with { Count = option.Value.ValueKind == JsonValueKind.Number && option.Value.TryGetInt32(out var count) ? count : throw VectorException.Invalid("\"topK\" must be a whole number.") },
                "namespace" => query with { Namespace = VectorInput.Namespace(option.Value) },
                "returnValues" => query with { ReturnsValues = option.Value.ValueKind == JsonValueKind.True },
                "returnMetadata" => query with { ReturnsMetadata = Level(option.Value) },
                "filter" => query with { Filter = VectorFilter.Read(option.Value) },
                _ => query,
            };
        }

        if (query is { Values: null, Id: null }) throw VectorException.Invalid("A query needs a \"vector\", or a \"vectorId\".");
        var most = query.ReturnsValues || query.ReturnsMetadata == "all" ? MostDetailed : MostCount;
        if (query.Count < 1 || query.Count > most)
            throw VectorException.Invalid($"\"topK\" must be from 1 to {most}{(most == MostDetailed ? " with values or all metadata" : "")}, not {query.Count}.");
        return query;
    }

    private static string Level(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => "all",
        JsonValueKind.False => "none",
        JsonValueKind.String when value.GetString() is "none" or "indexed" or "all" => value.GetString()!,
        _ => throw VectorException.Invalid("\"returnMetadata\" must be none, indexed or all."),
    };
}
