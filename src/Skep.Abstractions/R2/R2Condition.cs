namespace Skep.Abstractions.R2;

/// <summary>What must be true of the object that is there for an operation to be done (RFC 9110, section 13).</summary>
public sealed record R2Condition
{
    /// <summary>One of them is the object's; null asks nothing.</summary>
    public IReadOnlyList<R2ETag>? Matches { get; init; }

    /// <summary>None of them is the object's; null asks nothing.</summary>
    public IReadOnlyList<R2ETag>? DoesNotMatch { get; init; }

    /// <summary>It was stored before, in milliseconds since 1970. Does not count when <see cref="Matches"/> holds.</summary>
    public long? UploadedBefore { get; init; }

    /// <summary>It was stored after, in milliseconds since 1970. Does not count when <see cref="DoesNotMatch"/> holds.</summary>
    public long? UploadedAfter { get; init; }

    /// <summary>Times are compared by the second, as HTTP's headers can only say seconds.</summary>
    public bool SecondsGranularity { get; init; }

    /// <summary>Whether the object that is there, or that there is none, fits.</summary>
    public bool Holds(R2Object? there)
    {
        if (there is null) return Matches is null && UploadedAfter is null;
        var matches = Matches is null || Includes(Matches, there.ETag, weakly: false);
        var differs = DoesNotMatch is null || !Includes(DoesNotMatch, there.ETag, weakly: true);
        var uploaded = Moment(there.Uploaded);
        var isLater = UploadedAfter is not { } after || Moment(after) < uploaded || (DoesNotMatch is not null && differs);
        var isEarlier = UploadedBefore is not { } before || uploaded < Moment(before) || (Matches is not null && matches);
        return matches && differs && isLater && isEarlier;
    }

    private long Moment(long milliseconds) => SecondsGranularity ? (long)Math.Floor(milliseconds / 1000.0) : milliseconds;

    private static bool Includes(IReadOnlyList<R2ETag> tags, string etag, bool weakly)
    {
        foreach (var tag in tags)
        {
            if (tag.Value is null || (tag.Value == etag && (weakly || !tag.IsWeak))) return true;
        }

        return false;
    }
}

/// <summary>An entity tag of a condition.</summary>
/// <param name="Value">Without quotes; null stands for any (<c>*</c>).</param>
/// <param name="IsWeak">It was written <c>W/"…"</c>.</param>
public readonly record struct R2ETag(string? Value, bool IsWeak = false);
