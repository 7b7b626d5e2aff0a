using System.Collections.Immutable;

namespace Skep.Abstractions.Catalog;

/// <summary>Which R2 buckets an account has, stored.</summary>
public interface IR2Buckets
{
    /// <summary>All of them, by name.</summary>
    ValueTask<ImmutableArray<R2BucketEntry>> ListBucketsAsync();

    /// <summary>The bucket of that name, or null.</summary>
    ValueTask<R2BucketEntry?> FindBucketAsync(string name);

    /// <summary>Stores a new bucket; false when its name is taken.</summary>
    ValueTask<bool> AddBucketAsync(R2BucketEntry added, AuditEntry audit);

    /// <summary>Stores what has changed of a bucket; false when there is none of that name.</summary>
    ValueTask<bool> ChangeBucketAsync(R2BucketEntry changed, AuditEntry audit);

    /// <summary>Forgets a bucket; false when there is none of that name.</summary>
    ValueTask<bool> RemoveBucketAsync(string name, AuditEntry audit);
}

/// <summary>An R2 bucket.</summary>
/// <param name="Name">Lower-case letters, digits and hyphens; unique.</param>
/// <param name="CreatedOn">When it was made.</param>
/// <param name="StorageClass">The class of objects of which nothing is said.</param>
/// <param name="Location">The location that was asked for, or null. It changes nothing.</param>
/// <param name="Cors">The rules of other origins' access as JSON, or null.</param>
/// <param name="Lifecycle">The rules of what becomes of old objects as JSON; null for the rule of a new bucket.</param>
public sealed record R2BucketEntry(
    string Name, DateTimeOffset CreatedOn, string StorageClass, string? Location = null, string? Cors = null, string? Lifecycle = null);
