using System.Collections.Immutable;

namespace Skep.Abstractions.Vectors;

/// <summary>An index of vectors.</summary>
/// <param name="Name">What it is called; unique.</param>
/// <param name="Description">What its owner says of it.</param>
/// <param name="Dimensions">How many numbers its vectors have.</param>
/// <param name="Metric">How they are compared.</param>
/// <param name="CreatedOn">When it was made.</param>
/// <param name="ModifiedOn">When its description or metadata indexes changed.</param>
public sealed record VectorIndex(string Name, string Description, int Dimensions, VectorMetric Metric, DateTimeOffset CreatedOn, DateTimeOffset ModifiedOn)
{
    /// <summary>Numbers that a vector may have.</summary>
    public const int MostDimensions = 1536;

    /// <summary>Metadata properties that can be filtered by: names to types (string, number, boolean).</summary>
    public ImmutableSortedDictionary<string, string> MetadataIndexes { get; init; } = ImmutableSortedDictionary<string, string>.Empty;

    /// <summary>Whether an index may be called that.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 64 && char.IsAsciiLetterLower(name[0]) && name[^1] != '-' && name.All(each => char.IsAsciiLetterLower(each) || char.IsAsciiDigit(each) || each == '-');
}

/// <summary>How vectors are compared.</summary>
public enum VectorMetric
{
    /// <summary>By their angle: 1 is the same direction, -1 the opposite.</summary>
    Cosine,

    /// <summary>By their distance: 0 is the same.</summary>
    Euclidean,

    /// <summary>By the negative of their dot product: less is more similar.</summary>
    DotProduct,
}

/// <summary>What metrics are called.</summary>
public static class VectorMetrics
{
    private static readonly (VectorMetric Metric, string Name)[] Names =
        [(VectorMetric.Cosine, "cosine"), (VectorMetric.Euclidean, "euclidean"), (VectorMetric.DotProduct, "dot-product")];

    /// <summary>The metric's name.</summary>
    public static string Name(this VectorMetric metric) => Names[(int)metric].Name;

    /// <summary>The metric of that name, or null.</summary>
    public static VectorMetric? Find(string name)
    {
        foreach (var (metric, known) in Names)
        {
            if (known == name) return metric;
        }

        return null;
    }
}
