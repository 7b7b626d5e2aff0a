namespace Skep.Abstractions.Hyperdrive;

/// <summary>Connection strings: <c>postgresql://user:password@host:5432/database?sslmode=require</c>.</summary>
public static class HyperdriveUrl
{
    private static readonly (string Name, HyperdriveEncryption Encryption)[] Modes =
    [
        ("disable", HyperdriveEncryption.Disable), ("allow", HyperdriveEncryption.Prefer), ("prefer", HyperdriveEncryption.Prefer),
        ("require", HyperdriveEncryption.Require), ("verify-ca", HyperdriveEncryption.VerifyCa), ("verify-full", HyperdriveEncryption.VerifyFull),
    ];

    /// <summary>The schemes of databases that can be connected to.</summary>
    public static bool IsPostgres(string scheme) => scheme is "postgres" or "postgresql";

    /// <summary>The encryption that an <c>sslmode</c> asks for, or null when it is none.</summary>
    public static HyperdriveEncryption? Encryption(string mode)
    {
        foreach (var (name, encryption) in Modes)
        {
            if (name == mode) return encryption;
        }

        return null;
    }

    /// <summary>Reads a connection string.</summary>
    /// <param name="id">What the database is called.</param>
    /// <param name="text">The connection string.</param>
    /// <exception cref="FormatException">It is none; the message says what is wrong, and has no password.</exception>
    public static HyperdriveOrigin Parse(string id, string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url)) throw new FormatException("it is no URL; write postgresql://user:password@host:5432/database");
        if (url.Scheme == "mysql") throw new FormatException("MySQL is not supported, only PostgreSQL");
        if (!IsPostgres(url.Scheme)) throw new FormatException($"the scheme {url.Scheme} is not supported, only postgresql");
        if (url.Host.Length == 0) throw new FormatException("it has no host");
        var (user, password) = url.UserInfo.IndexOf(':') is >= 0 and var colon ? (url.UserInfo[..colon], url.UserInfo[(colon + 1)..]) : (url.UserInfo, "");
        if (user.Length == 0) throw new FormatException("it has no user");
        var database = Uri.UnescapeDataString(url.AbsolutePath.TrimStart('/'));
        if (database.Length == 0) throw new FormatException("it names no database after the host");
        return new HyperdriveOrigin(
            id,
            Revision: "",
            url.IdnHost,
            url.Port > 0 ? url.Port : HyperdriveOrigin.UsualPort,
            database,
            Uri.UnescapeDataString(user),
            Uri.UnescapeDataString(password),
            Mode(url.Query),
            HyperdriveOrigin.UsualConnections);
    }

    private static HyperdriveEncryption Mode(string query)
    {
        foreach (var pair in query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            if (pair.Split('=', 2) is not ["sslmode" or "ssl-mode", var mode]) continue;
            return Encryption(mode) ?? throw new FormatException($"sslmode={mode} is not known; use one of {string.Join(", ", Modes.Select(each => each.Name))}");
        }

        return HyperdriveEncryption.Prefer;
    }
}
