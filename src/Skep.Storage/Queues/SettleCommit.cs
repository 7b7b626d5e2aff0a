using Skep.Abstractions.Queues;

namespace Skep.Storage.Queues;

/// <summary>What consumers say of the messages that they were given.</summary>
/// <param name="settlements">What they say.</param>
/// <param name="retryDelay">Seconds, for what says nothing itself.</param>
/// <param name="maxAttempts">What has been tried so often is not tried again.</param>
/// <param name="now">The time.</param>
internal sealed class SettleCommit(IReadOnlyList<QueueSettlement> settlements, int retryDelay, int maxAttempts, long now) : QueueCommit
{
    /// <summary>Messages that are done.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Messages that can be had again, at once or later.</summary>
    public int Retried { get; private set; }

    /// <summary>Those that have had all their attempts.</summary>
    public List<long> Exhausted { get; } = [];

    /// <inheritdoc/>
    public override void Apply(QueueTables tables)
    {
        Acknowledged = Retried = 0;
        Exhausted.Clear();
        foreach (var (sequence, attempts, verdict, delay) in settlements)
        {
            if (verdict == QueueVerdict.Ack)
            {
                // Late or not: it is done.
                if (tables.Delete(sequence)) Acknowledged++;
                continue;
            }

            // Somebody else has it by now.
            if (tables.AttemptsOf(sequence) != attempts) continue;
            if (verdict == QueueVerdict.Return)
            {
                tables.Schedule(sequence, now, attempts - 1, endsWithServer: false);
                Retried++;
            }
            else if (attempts >= maxAttempts)
            {
                tables.Schedule(sequence, now + QueueFile.BurialMilliseconds, attempts, endsWithServer: false);
                Exhausted.Add(sequence);
            }
            else
            {
                tables.Schedule(sequence, now + ((delay ?? retryDelay) * 1000L), attempts, endsWithServer: false);
                Retried++;
            }
        }
    }
}
