namespace Skep.Storage.Scheduling;

/// <summary>The tables of cron triggers. A step that was released is never changed: add another.</summary>
internal static class CronSchema
{
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE trigger_progress (
            script TEXT NOT NULL,
            cron TEXT NOT NULL,
            last INTEGER NOT NULL,
            PRIMARY KEY (script, cron)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE run (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            script TEXT NOT NULL,
            cron TEXT NOT NULL,
            scheduled INTEGER NOT NULL,
            ended INTEGER NOT NULL,
            record TEXT NOT NULL,
            UNIQUE (script, cron, scheduled)
        ) STRICT;
        CREATE INDEX run_of_script ON run (script, id);
        CREATE INDEX run_interrupted ON run (id) WHERE ended = 0;
        """,
    ];
}
