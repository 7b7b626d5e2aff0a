namespace Skep.Storage.Queues;

/// <summary>The tables of a queue's file. A step that was released is never changed: add another.</summary>
internal static class QueueSchema
{
    // What changes with every attempt is apart from the bodies, which are written once. All times are milliseconds since 1970. A
    // message's place is never given to another: whoever acknowledges late must not hit one that came after it.
    public static readonly IReadOnlyList<string> Steps =
    [
        """
        CREATE TABLE message (
            sequence INTEGER PRIMARY KEY AUTOINCREMENT,
            id BLOB NOT NULL,
            sent INTEGER NOT NULL,
            arrived INTEGER NOT NULL,
            type INTEGER NOT NULL,
            body BLOB NOT NULL
        ) STRICT;
        CREATE TABLE delivery (
            sequence INTEGER PRIMARY KEY,
            due INTEGER NOT NULL,
            attempts INTEGER NOT NULL,
            ends_with_server INTEGER NOT NULL
        ) STRICT;
        CREATE INDEX delivery_by_due ON delivery (due);
        CREATE TABLE total (
            messages INTEGER NOT NULL,
            bytes INTEGER NOT NULL
        ) STRICT;
        INSERT INTO total (messages, bytes) VALUES (0, 0);
        """,
    ];
}
