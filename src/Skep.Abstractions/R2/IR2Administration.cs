namespace Skep.Abstractions.R2;

/// <summary>What only the owner of the buckets does.</summary>
public interface IR2Administration : IR2Store
{
    /// <summary>Makes the bucket when there is none.</summary>
    ValueTask CreateBucketAsync(string bucket);

    /// <summary>Removes a bucket that holds nothing; one that does not exist does no harm.</summary>
    /// <exception cref="R2Exception">It holds something.</exception>
    ValueTask DropBucketAsync(string bucket);

    /// <summary>Sets the class of objects of which nothing is said.</summary>
    ValueTask SetStorageClassAsync(string bucket, string storageClass);

    /// <summary>What the bucket holds.</summary>
    ValueTask<R2Usage> UsageAsync(string bucket, CancellationToken cancellation = default);

    /// <summary>Uploads under way, by key and then by id, after the given ones.</summary>
    ValueTask<IReadOnlyList<R2Upload>> ListUploadsAsync(string bucket, string prefix, string afterKey, string afterId, int limit, CancellationToken cancellation = default);

    /// <summary>The parts of an upload after one of them, by number.</summary>
    /// <exception cref="R2Exception">There is no such upload.</exception>
    ValueTask<IReadOnlyList<R2Part>> ListPartsAsync(string bucket, string key, string uploadId, int after, int limit, CancellationToken cancellation = default);

    /// <summary>Does once what the rules say of what is old enough, a limited number of objects and uploads; returns how many it was.</summary>
    ValueTask<int> ApplyLifecycleAsync(string bucket, IReadOnlyList<R2LifecycleRule> rules, CancellationToken cancellation = default);
}
