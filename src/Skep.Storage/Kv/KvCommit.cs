using Skep.Abstractions.Kv;
using Skep.Storage.Sqlite;

namespace Skep.Storage.Kv;

/// <summary>Changes that wait for the disk, and those who wait for them.</summary>
internal sealed class KvCommit(IReadOnlyList<KvWrite> writes, long? sweepUntil = null)
    : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), ICommit
{
    public IReadOnlyList<KvWrite> Writes { get; } = writes;

    /// <summary>Removes what has expired by then, in seconds since 1970; null removes nothing.</summary>
    public long? SweepUntil { get; } = sweepUntil;

    /// <summary>What the removal left.</summary>
    public KvSwept Swept { get; set; }

    /// <inheritdoc/>
    public long Bytes { get; } = writes.Sum(write => 64L + write.Key.Length + (write.Value?.Length ?? 0));

    /// <inheritdoc/>
    public void Succeed() => SetResult();

    /// <inheritdoc/>
    public void Fail(Exception failure) => SetException(failure);
}

/// <summary>What is left after a removal.</summary>
/// <param name="NextExpiration">When the next pair expires, or null.</param>
internal readonly record struct KvSwept(long? NextExpiration);
