namespace Skep.Storage.Workflows;

/// <summary>The tables of Workflows. Steps, a value and times are JSON records; what is looked for has columns of its own.</summary>
internal static class WorkflowSchema
{
    public static readonly string[] Steps =
    [
        """
        CREATE TABLE workflow (name TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE instance (
            number INTEGER PRIMARY KEY,
            workflow TEXT NOT NULL REFERENCES workflow (name) ON DELETE CASCADE,
            id TEXT NOT NULL,
            status INTEGER NOT NULL,
            due INTEGER,
            ended INTEGER,
            run INTEGER NOT NULL DEFAULT 0,
            losses INTEGER NOT NULL DEFAULT 0,
            bytes INTEGER NOT NULL DEFAULT 0,
            record TEXT NOT NULL,
            UNIQUE (workflow, id)
        ) STRICT;
        CREATE INDEX instance_due ON instance (due) WHERE due IS NOT NULL;
        CREATE INDEX instance_ended ON instance (ended) WHERE ended IS NOT NULL;
        CREATE INDEX instance_status ON instance (workflow, status);
        CREATE TABLE step (
            instance INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
            key TEXT NOT NULL,
            place INTEGER NOT NULL,
            ended INTEGER NOT NULL,
            due INTEGER,
            event_type TEXT,
            bytes INTEGER NOT NULL,
            record TEXT NOT NULL,
            PRIMARY KEY (instance, key)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE event (
            number INTEGER PRIMARY KEY,
            instance INTEGER NOT NULL REFERENCES instance (number) ON DELETE CASCADE,
            type TEXT NOT NULL,
            sent INTEGER NOT NULL,
            record TEXT NOT NULL
        ) STRICT;
        CREATE INDEX event_type ON event (instance, type, number);
        """,
        """
        ALTER TABLE instance ADD COLUMN created INTEGER;
        ALTER TABLE instance ADD COLUMN expires INTEGER;
        UPDATE instance SET created = 1000 * unixepoch(record ->> '$.CreatedOn'), expires = ended + 30 * 86400000;
        CREATE INDEX instance_expires ON instance (expires) WHERE expires IS NOT NULL;
        DROP INDEX instance_ended;
        """,
    ];
}
