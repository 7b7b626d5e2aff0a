namespace Skep.Storage.Kv;

/// <summary>The tables of a namespace's file. A step that was released is never changed: add another.</summary>
internal static class KvSchema
{
    // The value stands last: what lists keys then reads nothing of the long ones. Keys are UTF-8, so that their order is that of bytes.
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE entry (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            expiration INTEGER,
            metadata TEXT,
            value BLOB NOT NULL
        ) STRICT;
        CREATE INDEX entry_by_expiration ON entry (expiration) WHERE expiration IS NOT NULL;
        """,
    ];
}
