namespace Skep.Storage.Sqlite;

/// <summary>A change that waits for the disk, and those who wait for it.</summary>
internal interface ICommit
{
    /// <summary>What it adds to a transaction, about.</summary>
    long Bytes { get; }

    /// <summary>It is on the disk.</summary>
    void Succeed();

    /// <summary>It is not done.</summary>
    void Fail(Exception failure);
}
