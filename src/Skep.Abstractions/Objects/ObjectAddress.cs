namespace Skep.Abstractions.Objects;

/// <summary>Which Durable Object an event is for (https://developers.cloudflare.com/durable-objects/api/id/).</summary>
/// <param name="NamespaceId">The namespace of its class; it never reaches JavaScript.</param>
/// <param name="Id">64 hexadecimal digits, lower case.</param>
/// <param name="Name">What the id was made from, when the caller knows it; not part of the identity.</param>
public sealed record ObjectAddress(string NamespaceId, string Id, string? Name = null)
{
    /// <summary>Two addresses of one object are equal, whoever knows its name.</summary>
    public bool Equals(ObjectAddress? other) => other is not null && Id == other.Id && NamespaceId == other.NamespaceId;

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(NamespaceId, Id);
}
