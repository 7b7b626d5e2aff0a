using Skep.Abstractions.Queues;

namespace Skep.Storage.Queues;

/// <summary>Takes messages for a consumer.</summary>
/// <param name="lease">Who takes them.</param>
/// <param name="maxAttempts">What has been tried so often is taken, too, but apart.</param>
/// <param name="now">The time.</param>
internal sealed class LeaseCommit(QueueLease lease, int maxAttempts, long now) : QueueCommit
{
    /// <summary>For the consumer.</summary>
    public List<QueueMessage> Taken { get; } = [];

    /// <summary>Those that have had all their attempts.</summary>
    public List<long> Exhausted { get; } = [];

    /// <inheritdoc/>
    public override void Apply(QueueTables tables)
    {
        Taken.Clear();
        Exhausted.Clear();
        var until = now + (long)lease.Lasts.TotalMilliseconds;
        foreach (var (sequence, attempts) in tables.Due(now, lease.Most))
        {
            if (attempts >= maxAttempts)
            {
                tables.Schedule(sequence, now + QueueFile.BurialMilliseconds, attempts, endsWithServer: false);
                Exhausted.Add(sequence);
                continue;
            }

            tables.Schedule(sequence, until, attempts + 1, lease.EndsWithServer);
            Taken.Add(tables.Read(sequence, attempts + 1));
        }
    }
}
