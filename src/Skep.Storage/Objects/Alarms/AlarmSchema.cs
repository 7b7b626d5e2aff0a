namespace Skep.Storage.Objects.Alarms;

/// <summary>The table of alarms. A step that was released is never changed: add another.</summary>
internal static class AlarmSchema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE alarm (
            namespace TEXT NOT NULL,
            object TEXT NOT NULL,
            name TEXT NOT NULL,
            due INTEGER NOT NULL,
            next INTEGER NOT NULL,
            failures INTEGER NOT NULL,
            PRIMARY KEY (namespace, object)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX alarm_next ON alarm (next);
        """,
    ];
}
