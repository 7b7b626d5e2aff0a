using System.Collections.Immutable;
using Skep.Abstractions.Hyperdrive;

namespace Skep.Abstractions.Catalog;

/// <summary>The Hyperdrive configurations of an account, stored.</summary>
public interface IHyperdriveConfigs
{
    /// <summary>All of them, by name.</summary>
    ValueTask<ImmutableArray<HyperdriveConfig>> ListConfigsAsync();

    /// <summary>The configuration of that id, or null.</summary>
    ValueTask<HyperdriveConfig?> FindConfigAsync(string id);

    /// <summary>Stores a new configuration, or another state of one; false when its name is taken by another.</summary>
    ValueTask<bool> PutConfigAsync(HyperdriveConfig config, AuditEntry audit);

    /// <summary>Forgets a configuration; false when there is none of that id.</summary>
    ValueTask<bool> RemoveConfigAsync(string id, AuditEntry audit);
}

/// <summary>A Hyperdrive configuration.</summary>
public sealed record HyperdriveConfig
{
    /// <summary>32 hexadecimal digits.</summary>
    public required string Id { get; init; }

    /// <summary>What people call it; unique.</summary>
    public required string Name { get; init; }

    /// <summary><c>postgresql</c> or <c>postgres</c>.</summary>
    public required string Scheme { get; init; }

    /// <summary>Name or address of the database server.</summary>
    public required string Host { get; init; }

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>Who connects.</summary>
    public required string User { get; init; }

    /// <summary>Their password, encrypted (<see cref="ISecretCipher"/>).</summary>
    public required byte[] Password { get; init; }

    /// <summary>The <c>sslmode</c> that was asked for, or null.</summary>
    public string? SslMode { get; init; }

    /// <summary>How many connections there may be, or null for the usual number.</summary>
    public int? Connections { get; init; }

    /// <summary>The caching options that were given, as a JSON object; shown, and without effect.</summary>
    public string Caching { get; init; } = "{}";

    /// <summary>Another one after each change, so that its connections are new ones.</summary>
    public required string Revision { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedOn { get; init; }

    /// <summary>When it last changed.</summary>
    public required DateTimeOffset ModifiedOn { get; init; }

    /// <summary>What the password of a configuration is encrypted for.</summary>
    public static string Purpose(string id) => $"hyperdrive/{id}";

    /// <summary>The database, with the password readable.</summary>
    public HyperdriveOrigin Origin(ISecretCipher cipher) => new(
        Id,
        Revision,
        Host,
        Port,
        Database,
        User,
        cipher.Decrypt(Password, Purpose(Id)),
        SslMode is { } mode ? HyperdriveUrl.Encryption(mode) ?? HyperdriveEncryption.Require : HyperdriveEncryption.Prefer,
        Connections ?? HyperdriveOrigin.UsualConnections);
}
