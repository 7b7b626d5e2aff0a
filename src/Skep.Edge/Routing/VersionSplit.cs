using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace Skep.Edge.Routing;

/// <summary>Chooses the version that answers a request, by the percentages of the deployment
/// (https://developers.cloudflare.com/workers/configuration/versions-and-deployments/gradual-deployments/).</summary>
internal sealed class VersionSplit(string script, ImmutableArray<VersionSplit.Part> parts)
{
    private const string AffinityHeader = "cloudflare-workers-version-key";
    private const string OverridesHeader = "cloudflare-workers-version-overrides";
    private const double Whole = 100;

    private readonly ImmutableArray<Part> _byVersion = [.. parts.OrderBy(part => part.Worker.Worker.Version.Id, StringComparer.Ordinal)];

    /// <summary>A version and its share.</summary>
    internal readonly record struct Part(RoutedWorker Worker, double Percentage);

    /// <summary>All of them.</summary>
    public ImmutableArray<Part> Parts { get; } = parts;

    /// <summary>The version for a key. Unlike that of a request it does not depend on the order in which a deployment names its versions: while a share
    /// grows, keys go over to it and none comes back.</summary>
    public RoutedWorker ChooseFor(string key) => Parts.Length == 1 ? Parts[0].Worker : At(Point(key), _byVersion);

    /// <summary>The version for this request.</summary>
    public RoutedWorker Choose(in RoutingRequest request)
    {
        if (Parts.Length == 1) return Parts[0].Worker;
        if (request.GetHeader(OverridesHeader) is { } overrides && Overridden(overrides) is { } chosen) return chosen;
        return At(request.GetHeader(AffinityHeader) is { Length: > 0 } key ? Point(key) : Random.Shared.NextDouble() * Whole, Parts);
    }

    private static RoutedWorker At(double point, ImmutableArray<Part> parts)
    {
        foreach (var part in parts)
        {
            point -= part.Percentage;
            if (point < 0) return part.Worker;
        }

        // Percentages may add up to a trifle less than the whole.
        return parts[^1].Worker;
    }

    // The same key gets the same version for as long as the shares stay; a growing share takes over more keys and gives back none.
    private double Point(string key) =>
        BinaryPrimitives.ReadUInt32LittleEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{script}\0{key}"))) / (uint.MaxValue + 1.0) * Whole;

    // A dictionary of structured headers (RFC 9651): my-worker="version id", other="…".
    private RoutedWorker? Overridden(string overrides)
    {
        foreach (var range in overrides.AsSpan().Split(','))
        {
            var entry = overrides.AsSpan(range).Trim();
            var equals = entry.IndexOf('=');
            if (equals < 0 || !entry[..equals].SequenceEqual(script)) continue;
            var id = entry[(equals + 1)..].Trim('"');
            foreach (var part in Parts)
            {
                if (id.Equals(part.Worker.Worker.Version.Id, StringComparison.OrdinalIgnoreCase)) return part.Worker;
            }
        }

        return null;
    }
}
