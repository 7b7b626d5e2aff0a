using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Hyperdrive;
using Skep.Control.Envelopes;

namespace Skep.Control.Api;

/// <summary>Hyperdrive configurations as clients send them.</summary>
internal static class HyperdriveBody
{
    private const int FewestConnections = 5;
    private const int MostConnections = 100;
    private const int LargestPort = 65535;
    private const int LongestName = 128;
    private static readonly string[] Modes = ["require", "verify-ca", "verify-full"];

    /// <summary>A new configuration.</summary>
    /// <exception cref="ApiException">Something is missing, wrong or not supported.</exception>
    public static HyperdriveConfig Create(JsonObject body, string id, ISecretCipher cipher, DateTimeOffset now)
    {
        var origin = body.OptionalObject("origin") ?? throw ApiException.BadRequest("\"origin\" is missing: the database to connect to.");
        return Change(
            new HyperdriveConfig
            {
                Id = id,
                Name = Name(body.RequiredString("name")),
                Scheme = origin.RequiredString("scheme"),
                Host = origin.OptionalString("host") ?? "",
                Port = HyperdriveOrigin.UsualPort,
                Database = origin.RequiredString("database"),
                User = origin.RequiredString("user"),
                Password = cipher.Encrypt(origin.RequiredString("password"), HyperdriveConfig.Purpose(id)),
                Revision = "",
                CreatedOn = now,
                ModifiedOn = now,
            },
            body,
            cipher,
            now);
    }

    /// <summary>A configuration with what the body names changed.</summary>
    /// <exception cref="ApiException">Something is wrong or not supported.</exception>
    public static HyperdriveConfig Change(HyperdriveConfig config, JsonObject body, ISecretCipher cipher, DateTimeOffset now)
    {
        if (body.OptionalString("name") is { } name) config = config with { Name = Name(name) };
        if (body.OptionalObject("origin") is { } origin) config = Origin(config, origin, cipher);
        if (body.OptionalObject("caching") is { } caching) config = config with { Caching = caching.ToJsonString() };
        if (body.OptionalObject("mtls") is { } tls) config = config with { SslMode = Tls(tls) };
        if (body.OptionalNumber("origin_connection_limit") is { } limit) config = config with { Connections = Connections(limit) };
        return config with { ModifiedOn = now, Revision = Guid.NewGuid().ToString("N") };
    }

    private static HyperdriveConfig Origin(HyperdriveConfig config, JsonObject origin, ISecretCipher cipher)
    {
        if (origin.OptionalString("access_client_id") is not null) throw ApiException.NotThere("Hyperdrive over Cloudflare Access");
        if (origin.OptionalString("service_id") is not null) throw ApiException.NotThere("Hyperdrive over a Workers VPC service");
        var scheme = origin.OptionalString("scheme") ?? config.Scheme;
        if (scheme == "mysql") throw ApiException.NotThere("Hyperdrive for MySQL. Use a PostgreSQL database, or connect to MySQL without Hyperdrive");
        if (!HyperdriveUrl.IsPostgres(scheme)) throw ApiException.BadRequest($"\"origin.scheme\" must be postgres or postgresql, not \"{scheme}\".");
        var port = origin.OptionalNumber("port") ?? config.Port;
        if (port is not (>= 1 and <= LargestPort) || port % 1 != 0) throw ApiException.BadRequest($"\"origin.port\" must be a number from 1 to {LargestPort}, not {port}.");
        return config with
        {
            Scheme = scheme,
            Host = NotEmpty("host", origin.OptionalString("host") ?? config.Host),
            Port = (int)port,
            Database = NotEmpty("database", origin.OptionalString("database") ?? config.Database),
            User = NotEmpty("user", origin.OptionalString("user") ?? config.User),
            Password = origin.OptionalString("password") is { } password ? cipher.Encrypt(password, HyperdriveConfig.Purpose(config.Id)) : config.Password,
        };
    }

    private static string NotEmpty(string name, string value) =>
        value.Length > 0 && !value.Contains('\0', StringComparison.Ordinal) ? value : throw ApiException.BadRequest($"\"origin.{name}\" is empty, or has characters that a database cannot take.");

    private static string? Tls(JsonObject tls)
    {
        foreach (var certificate in (string[])["ca_certificate_id", "mtls_certificate_id"])
        {
            if (tls.OptionalString(certificate) is not null) throw ApiException.NotThere($"A certificate of one's own for Hyperdrive ({certificate})");
        }

        return tls.OptionalString("sslmode") switch
        {
            null => null,
            var mode when Modes.Contains(mode, StringComparer.Ordinal) => mode,
            var other => throw ApiException.BadRequest($"\"mtls.sslmode\" must be one of {string.Join(", ", Modes)}, not \"{other}\"."),
        };
    }

    private static int Connections(double limit) => limit is >= FewestConnections and <= MostConnections && limit % 1 == 0
        ? (int)limit
        : throw ApiException.BadRequest($"\"origin_connection_limit\" must be a number from {FewestConnections} to {MostConnections}, not {limit}.");

    private static string Name(string name) =>
        name.Length is > 0 and <= LongestName ? name : throw ApiException.BadRequest($"A Hyperdrive configuration's name has 1 to {LongestName} characters, not {name.Length}.");
}
