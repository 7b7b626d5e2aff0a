using Skep.Abstractions.Objects;

namespace Skep.Storage.Objects;

/// <content>Going back to an earlier moment.</content>
internal sealed partial class ObjectStorage
{
    /// <inheritdoc/>
    public string CurrentBookmark() => throw NoHistory();

    /// <inheritdoc/>
    public string BookmarkAt(DateTimeOffset moment) => throw NoHistory();

    /// <inheritdoc/>
    public string RestoreAtNextOpen(string bookmark) => throw NoHistory();

    private static ObjectStorageException NoHistory() => new(ObjectStorageError.Refused, "Point-in-time recovery is not available here.");
}
