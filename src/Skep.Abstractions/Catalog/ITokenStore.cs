namespace Skep.Abstractions.Catalog;

/// <summary>The tokens of the control plane, stored.</summary>
public interface ITokenStore
{
    /// <summary>The token whose secret has that hash, or null.</summary>
    ValueTask<ApiToken?> FindByHashAsync(ReadOnlyMemory<byte> hash);

    /// <summary>The token of that id, or null.</summary>
    ValueTask<ApiToken?> FindTokenAsync(string id);

    /// <summary>All tokens, oldest first.</summary>
    ValueTask<IReadOnlyList<ApiToken>> ListTokensAsync();

    /// <summary>Stores a new token.</summary>
    ValueTask AddTokenAsync(ApiToken token, AuditEntry audit);

    /// <summary>The token opens nothing any more; false when there is none of that id.</summary>
    ValueTask<bool> RevokeTokenAsync(string id, AuditEntry audit);
}
