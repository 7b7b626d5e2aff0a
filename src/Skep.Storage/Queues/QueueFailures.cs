using Skep.Abstractions.Queues;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Queues;

/// <summary>What callers are told when a queue fails; the operator hears the rest.</summary>
internal static class QueueFailures
{
    public static QueueException Translate(Exception failure)
    {
        if (failure is QueueException known) return known;
        var (status, message) = SqliteFailures.Describe("queue", failure);
        return new QueueException(status, QueueErrorCodes.Internal, message, failure);
    }
}
