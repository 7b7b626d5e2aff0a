namespace Skep.Storage.Vectors;

/// <summary>The tables of Vectorize. A step that was released is never changed: add another.</summary>
internal static class VectorSchema
{
    /// <summary>Of the file with the indexes.</summary>
    public static readonly IReadOnlyList<string> Indexes =
    [
        """
        CREATE TABLE vector_index (
            name TEXT PRIMARY KEY,
            record TEXT NOT NULL
        ) STRICT;
        """,
    ];

    /// <summary>Of an index's own file.</summary>
    public static readonly IReadOnlyList<string> Vectors =
    [
        """
        CREATE TABLE vector (
            id TEXT PRIMARY KEY,
            namespace TEXT NOT NULL,
            norm REAL NOT NULL,
            metadata TEXT,
            numbers BLOB NOT NULL
        ) STRICT;
        CREATE INDEX vector_by_namespace ON vector (namespace);
        CREATE TABLE mutation (
            id TEXT NOT NULL,
            moment INTEGER NOT NULL
        ) STRICT;
        """,
    ];
}
