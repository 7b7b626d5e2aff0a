using System.Text.Json.Serialization;

namespace Skep.Abstractions.Assets;

/// <summary>One file of a version's static assets.</summary>
/// <param name="Hash">See <see cref="AssetContent"/>; also its entity tag.</param>
/// <param name="Size">Bytes.</param>
/// <param name="ContentType">The <c>Content-Type</c> to send, or null for none.</param>
public sealed record AssetEntry(string Hash, long Size, string? ContentType)
{
    /// <summary>Its bytes.</summary>
    [JsonIgnore]
    public AssetContent Content => new(Hash, Size);
}
