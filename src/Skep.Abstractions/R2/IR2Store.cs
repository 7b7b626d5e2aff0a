namespace Skep.Abstractions.R2;

/// <summary>The objects of all R2 buckets, as workers reach them. A write that has returned survives the loss of the process and of power, and
/// is seen by every read that begins afterwards.</summary>
/// <remarks>Everything that goes in and out is text, numbers, bytes and streams of bytes: worker processes reach it through a socket. The
/// store applies <see cref="R2Rules"/>.</remarks>
public interface IR2Store
{
    /// <summary>The object of that key, or null.</summary>
    /// <exception cref="R2Exception">There is no such bucket, or it cannot be read.</exception>
    ValueTask<R2Object?> HeadAsync(string bucket, string key, CancellationToken cancellation = default);

    /// <summary>The object with its content, or null when there is none. The caller disposes of it.</summary>
    /// <exception cref="R2Exception">There is no such bucket or range, or it cannot be read.</exception>
    ValueTask<R2Read?> GetAsync(string bucket, R2Get request, CancellationToken cancellation = default);

    /// <summary>Stores an object; null when the condition does not hold.</summary>
    /// <exception cref="R2Exception">It is refused, or cannot be stored.</exception>
    ValueTask<R2Object?> PutAsync(string bucket, R2Put request, R2Body body, CancellationToken cancellation = default);

    /// <summary>Deletes objects: all of them, or none. Keys of which there is none do no harm.</summary>
    /// <exception cref="R2Exception">There is no such bucket, or it cannot be written.</exception>
    ValueTask DeleteAsync(string bucket, IReadOnlyList<string> keys);

    /// <summary>A page of objects.</summary>
    /// <exception cref="R2Exception">There is no such bucket, it cannot be read, or the cursor is none of its.</exception>
    ValueTask<R2Page> ListAsync(string bucket, R2ListQuery query, CancellationToken cancellation = default);

    /// <summary>Begins an upload in parts, and returns its id.</summary>
    /// <exception cref="R2Exception">It is refused, or cannot be stored.</exception>
    ValueTask<string> CreateUploadAsync(string bucket, R2Put request);

    /// <summary>Stores a part, instead of one of the same number.</summary>
    /// <exception cref="R2Exception">There is no such upload, the part is refused, or it cannot be stored.</exception>
    ValueTask<R2Part> PutPartAsync(string bucket, R2PartPut part, R2Body body, CancellationToken cancellation = default);

    /// <summary>Makes the object of these parts; others of the upload are dropped.</summary>
    /// <exception cref="R2Exception">There is no such upload or part, or the parts make no object.</exception>
    ValueTask<R2Object> CompleteUploadAsync(string bucket, string key, string uploadId, IReadOnlyList<R2PartName> parts);

    /// <summary>Drops an upload. One that has ended stays as it is.</summary>
    /// <exception cref="R2Exception">There never was such an upload.</exception>
    ValueTask AbortUploadAsync(string bucket, string key, string uploadId);
}
