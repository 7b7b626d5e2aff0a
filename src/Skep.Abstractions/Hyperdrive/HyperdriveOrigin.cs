namespace Skep.Abstractions.Hyperdrive;

/// <summary>A database, with all that is needed to connect to it.</summary>
/// <param name="Id">The configuration.</param>
/// <param name="Revision">Changes with the configuration.</param>
/// <param name="Host">Name or address.</param>
/// <param name="Port">The port.</param>
/// <param name="Database">The database.</param>
/// <param name="User">Who connects.</param>
/// <param name="Password">Their password; never shown.</param>
/// <param name="Encryption">Whether the connection is encrypted.</param>
/// <param name="Connections">How many connections there may be at most.</param>
public sealed record HyperdriveOrigin(
    string Id, string Revision, string Host, int Port, string Database, string User, string Password, HyperdriveEncryption Encryption, int Connections)
{
    /// <summary>Connections, when the configuration does not say.</summary>
    public const int UsualConnections = 20;

    /// <summary>PostgreSQL's port.</summary>
    public const int UsualPort = 5432;

    /// <inheritdoc/>
    public override string ToString() => $"HyperdriveOrigin {{ Id = {Id}, Host = {Host}, Port = {Port}, Database = {Database}, User = {User} }}";
}

/// <summary>Whether a connection to a database is encrypted, in PostgreSQL's words (<c>sslmode</c>).</summary>
public enum HyperdriveEncryption
{
    /// <summary>When the database can; a password that would be readable is not sent without.</summary>
    Prefer,

    /// <summary>Never.</summary>
    Disable,

    /// <summary>Always; anybody's certificate will do.</summary>
    Require,

    /// <summary>Always, with a certificate of a known authority.</summary>
    VerifyCa,

    /// <summary>Always, with a certificate of a known authority for the host's name.</summary>
    VerifyFull,
}
