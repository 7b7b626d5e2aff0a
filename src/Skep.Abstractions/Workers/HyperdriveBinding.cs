using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.Hyperdrive;

namespace Skep.Abstractions.Workers;

/// <summary>A pooled connection to a database (<c>hyperdrive</c>). JavaScript gets a host name that leads nowhere but to the pool.</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="ConfigId">The configuration.</param>
public sealed record HyperdriveBinding(string Name, string ConfigId) : Binding(Name)
{
    /// <summary>What the host names of all such bindings end with.</summary>
    public const string Domain = ".hyperdrive.local";

    /// <summary>The port that goes with the host name.</summary>
    public const int Port = 5432;

    /// <summary>The user that JavaScript is told; the pool takes the configuration's, whoever asks.</summary>
    public string User { get; init; } = "";

    /// <summary>The database that JavaScript is told.</summary>
    public string Database { get; init; } = "";

    /// <summary>Where it leads to in local development, instead of what the configuration says.</summary>
    public HyperdriveOrigin? Local { get; init; }

    /// <summary>The host name that JavaScript connects to.</summary>
    public string Host => Digest("host") + Domain;

    /// <summary>What JavaScript takes for the password. It opens nothing: only the host name leads to the pool, and only in this Worker.</summary>
    public string Password => Digest("password");

    /// <summary>What it leads to.</summary>
    public HyperdriveRoute ToRoute() => new(ConfigId, $"{Host}:{Port}", Local);

    /// <summary>All of it as a URL.</summary>
    public string ConnectionString => $"postgresql://{Uri.EscapeDataString(User)}:{Password}@{Host}:{Port}/{Uri.EscapeDataString(Database)}?sslmode=disable";

    private string Digest(string of) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"hyperdrive/{of}/{ConfigId}")).AsSpan(0, 16));
}
