namespace Skep.Storage.Sqlite;

/// <summary>Changes that wait for the disk, and those who wait for them.</summary>
internal abstract class PendingCommit() : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
{
    /// <summary>What it adds to a transaction, about.</summary>
    public abstract long Bytes { get; }
}
