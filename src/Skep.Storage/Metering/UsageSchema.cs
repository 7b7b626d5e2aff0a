namespace Skep.Storage.Metering;

/// <summary>The tables of usage. A step that was released is never changed: add another.</summary>
internal static class UsageSchema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE series (
            id INTEGER PRIMARY KEY,
            script TEXT NOT NULL,
            version TEXT NOT NULL,
            counter TEXT NOT NULL,
            UNIQUE (script, version, counter)
        ) STRICT;
        CREATE TABLE usage (
            period INTEGER NOT NULL,
            start INTEGER NOT NULL,
            series INTEGER NOT NULL,
            value INTEGER NOT NULL,
            PRIMARY KEY (period, start, series)
        ) STRICT, WITHOUT ROWID;
        """,
    ];
}
