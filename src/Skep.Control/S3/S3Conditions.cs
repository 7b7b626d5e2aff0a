using Skep.Abstractions.R2;
using Skep.Control.Objects;

namespace Skep.Control.S3;

/// <summary>The conditions of a call, from its headers (RFC 9110, section 13.1).</summary>
internal static class S3Conditions
{
    /// <param name="prefix">What the headers' names begin with: those of the source of a copy have one.</param>
    public static R2Condition? Read(S3Request request, string prefix = "")
    {
        var matches = ETags(request.Header(prefix + "if-match"));
        var doesNotMatch = ETags(request.Header(prefix + "if-none-match"));
        var after = R2Headers.Date(request.Header(prefix + "if-modified-since"))?.ToUnixTimeMilliseconds();
        // What was stored in that very second is unmodified since.
        var before = R2Headers.Date(request.Header(prefix + "if-unmodified-since"))?.AddSeconds(1).ToUnixTimeMilliseconds();
        return matches is null && doesNotMatch is null && after is null && before is null
            ? null
            : new R2Condition { Matches = matches, DoesNotMatch = doesNotMatch, UploadedAfter = after, UploadedBefore = before, SecondsGranularity = true };
    }

    /// <summary>The status of a read that a condition prevents: the client has it already, or wants another.</summary>
    public static int StatusOf(R2Condition condition, R2Object there)
    {
        var wants = condition with { DoesNotMatch = null, UploadedAfter = null };
        return wants.Holds(there) ? 304 : 412;
    }

    private static List<R2ETag>? ETags(string? header)
    {
        if (header is null) return null;
        List<R2ETag> tags = [];
        foreach (var each in header.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (each == "*") return [new R2ETag(null)];
            var weak = each.StartsWith("W/", StringComparison.Ordinal);
            tags.Add(new R2ETag((weak ? each[2..] : each).Trim('"'), weak));
        }

        return tags;
    }
}
