using Skep.Abstractions.Vectors;

namespace Skep.Control.Api;

/// <summary>Indexes for the vectors of well-known models.</summary>
internal static class VectorPresets
{
    private static readonly Dictionary<string, (int Dimensions, VectorMetric Metric)> Known = new(StringComparer.Ordinal)
    {
        ["@cf/baai/bge-small-en-v1.5"] = (384, VectorMetric.Cosine),
        ["@cf/baai/bge-base-en-v1.5"] = (768, VectorMetric.Cosine),
        ["@cf/baai/bge-large-en-v1.5"] = (1024, VectorMetric.Cosine),
        ["openai/text-embedding-ada-002"] = (1536, VectorMetric.Cosine),
        ["cohere/embed-multilingual-v2.0"] = (768, VectorMetric.DotProduct),
    };

    public static (int Dimensions, VectorMetric Metric)? Find(string preset) => Known.TryGetValue(preset, out var found) ? found : null;
}
