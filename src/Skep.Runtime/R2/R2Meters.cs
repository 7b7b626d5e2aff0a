namespace Skep.Runtime.R2;

/// <summary>What is counted of R2 (https://developers.cloudflare.com/r2/pricing/): operations by class, deletions being free, and bytes.</summary>
internal static class R2Meters
{
    /// <summary>What changes a bucket or lists it.</summary>
    public const string ClassA = "r2.class_a";

    /// <summary>What reads an object.</summary>
    public const string ClassB = "r2.class_b";

    /// <summary>Bytes of content that were asked for.</summary>
    public const string BytesRead = "r2.bytes_read";

    /// <summary>Bytes of content that were stored.</summary>
    public const string BytesWritten = "r2.bytes_written";
}
