namespace Skep.Storage.R2;

/// <summary>The tables of a bucket's database. A step that was released is never changed: add another.</summary>
internal static class R2Schema
{
    // The content stands last: what lists objects then reads nothing of it. Keys are UTF-8, so that their order is that of bytes.
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE object (
            id INTEGER PRIMARY KEY,
            key BLOB NOT NULL UNIQUE,
            version TEXT NOT NULL,
            size INTEGER NOT NULL,
            etag TEXT NOT NULL,
            uploaded INTEGER NOT NULL,
            storage_class TEXT NOT NULL,
            http TEXT,
            custom TEXT,
            checksums TEXT,
            blob TEXT,
            parts INTEGER NOT NULL,
            content BLOB
        ) STRICT;
        CREATE UNIQUE INDEX object_of_blob ON object (blob) WHERE blob IS NOT NULL;
        CREATE TABLE object_part (
            object INTEGER NOT NULL REFERENCES object (id) ON DELETE CASCADE,
            position INTEGER NOT NULL,
            blob TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            PRIMARY KEY (object, position)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE upload (
            id TEXT PRIMARY KEY,
            key BLOB NOT NULL,
            initiated INTEGER NOT NULL,
            ended INTEGER,
            storage_class TEXT NOT NULL,
            http TEXT,
            custom TEXT
        ) STRICT;
        CREATE INDEX upload_under_way ON upload (key, id) WHERE ended IS NULL;
        CREATE INDEX upload_by_end ON upload (ended) WHERE ended IS NOT NULL;
        CREATE TABLE upload_part (
            upload TEXT NOT NULL REFERENCES upload (id) ON DELETE CASCADE,
            number INTEGER NOT NULL,
            blob TEXT NOT NULL UNIQUE,
            size INTEGER NOT NULL,
            etag TEXT NOT NULL,
            uploaded INTEGER NOT NULL,
            PRIMARY KEY (upload, number)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE setting (
            name TEXT PRIMARY KEY,
            value TEXT NOT NULL
        ) STRICT;
        CREATE TABLE garbage (
            blob TEXT PRIMARY KEY
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE usage (
            objects INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT;
        INSERT INTO usage VALUES (0, 0);
        CREATE TRIGGER object_added AFTER INSERT ON object BEGIN
            UPDATE usage SET objects = objects + 1, bytes = bytes + new.size;
        END;
        CREATE TRIGGER object_replaced AFTER UPDATE OF size ON object BEGIN
            UPDATE usage SET bytes = bytes + new.size - old.size;
        END;
        CREATE TRIGGER object_removed AFTER DELETE ON object BEGIN
            UPDATE usage SET objects = objects - 1, bytes = bytes - old.size;
        END;
        """,
    ];
}
