namespace Skep.Storage.Catalog;

/// <summary>The catalog's tables. A step that was released is never changed: add another.</summary>
internal static class CatalogSchema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT;
        CREATE TABLE script (
            name TEXT PRIMARY KEY,
            record TEXT NOT NULL
        ) STRICT;
        CREATE TABLE version (
            id TEXT PRIMARY KEY,
            script TEXT NOT NULL REFERENCES script (name) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            record TEXT NOT NULL,
            UNIQUE (script, number)
        ) STRICT;
        CREATE TABLE deployment (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            script TEXT NOT NULL REFERENCES script (name) ON DELETE CASCADE,
            record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX deployment_of_script ON deployment (script, sequence);
        CREATE TABLE content (
            hash TEXT PRIMARY KEY,
            bytes BLOB NOT NULL
        ) STRICT;
        CREATE TABLE version_content (
            version TEXT NOT NULL REFERENCES version (id) ON DELETE CASCADE,
            hash TEXT NOT NULL REFERENCES content (hash),
            PRIMARY KEY (version, hash)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX version_of_content ON version_content (hash);
        CREATE TABLE token (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            hash BLOB NOT NULL UNIQUE,
            record TEXT NOT NULL
        ) STRICT;
        CREATE TABLE audit (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            record TEXT NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE kv_namespace (
            id TEXT PRIMARY KEY,
            title TEXT NOT NULL UNIQUE
        ) STRICT;
        """,
        """
        CREATE TABLE d1_database (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE,
            created INTEGER NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE queue (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            record TEXT NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE r2_bucket (
            name TEXT PRIMARY KEY,
            record TEXT NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE hyperdrive_config (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            record TEXT NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE dispatch_namespace (
            id TEXT PRIMARY KEY,
            name TEXT NOT NULL UNIQUE,
            record TEXT NOT NULL
        ) STRICT;
        """,
        """
        CREATE TABLE email_rule (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            zone TEXT NOT NULL,
            address TEXT NOT NULL,
            record TEXT NOT NULL,
            UNIQUE (zone, address)
        ) STRICT;
        CREATE INDEX email_rule_by_address ON email_rule (address);
        """,
        """
        CREATE TABLE deleted_object_namespace (
            id TEXT PRIMARY KEY
        ) STRICT;
        """,
    ];
}
