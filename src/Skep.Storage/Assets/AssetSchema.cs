namespace Skep.Storage.Assets;

/// <summary>The steps of the schema of <c>assets.db</c>, oldest first. A step that has been released never changes.</summary>
internal static class AssetSchema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE asset (
            script TEXT NOT NULL,
            hash TEXT NOT NULL,
            size INTEGER NOT NULL,
            type TEXT NOT NULL,
            stored INTEGER NOT NULL,
            PRIMARY KEY (script, hash)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX asset_of_content ON asset (hash, size);
        CREATE TABLE upload (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            script TEXT NOT NULL,
            upload_token BLOB NOT NULL UNIQUE,
            completion_token BLOB NOT NULL UNIQUE,
            expires INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE upload_file (
            upload INTEGER NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
            path TEXT NOT NULL,
            hash TEXT NOT NULL,
            size INTEGER NOT NULL,
            PRIMARY KEY (upload, path)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX upload_file_of_hash ON upload_file (upload, hash);
        """,
    ];
}
