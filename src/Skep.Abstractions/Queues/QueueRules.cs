namespace Skep.Abstractions.Queues;

/// <summary>What may be sent (https://developers.cloudflare.com/queues/platform/limits/), with miniflare's words for what may not.</summary>
public static class QueueRules
{
    /// <summary>Bytes of a message; Cloudflare counts 1,000 to a kilobyte.</summary>
    public const int MaxMessageBytes = 128_000;

    /// <summary>Messages that one call sends.</summary>
    public const int MaxBatchMessages = 100;

    /// <summary>Bytes of the messages that one call sends.</summary>
    public const int MaxBatchBytes = 256_000;

    /// <summary>Seconds that a message may be delayed.</summary>
    public const int MaxDelaySeconds = 86_400;

    /// <summary>Messages that a consumer is given at once.</summary>
    public const int MaxConsumerBatch = 100;

    /// <summary>Milliseconds that a message may be waited for.</summary>
    public const int MaxWaitMilliseconds = 60_000;

    /// <summary>How often a message may be delivered again.</summary>
    public const int MaxRetries = 100;

    /// <summary>Batches of a queue that Workers handle at the same time.</summary>
    public const int MaxConcurrency = 250;

    /// <summary>Milliseconds that a message which was pulled may be kept.</summary>
    public const int MaxVisibilityMilliseconds = 43_200_000;

    /// <summary>Seconds that messages are kept at least.</summary>
    public const int MinRetentionSeconds = 60;

    /// <summary>Seconds that messages are kept at most.</summary>
    public const int MaxRetentionSeconds = 1_209_600;

    /// <summary>Bytes of a queue's messages.</summary>
    public const long MaxBacklogBytes = 25_000_000_000;

    /// <summary>What is written, read or deleted counts as one operation for so many bytes
    /// (https://developers.cloudflare.com/queues/platform/pricing/).</summary>
    public const int OperationBytes = 64_000;

    /// <summary>Operations that a message of a length is.</summary>
    public static int OperationsOf(int bytes) => Math.Max(1, (bytes + OperationBytes - 1) / OperationBytes);

    /// <exception cref="QueueException">A message may not have as many bytes.</exception>
    public static void CheckMessage(int bytes)
    {
        if (bytes > MaxMessageBytes)
            throw new QueueException(413, QueueErrorCodes.MessageSizeOutOfBounds, $"message length of {bytes} bytes exceeds limit of {MaxMessageBytes}");
    }

    /// <exception cref="QueueException">One call may not send that much.</exception>
    public static void CheckBatch(int count, int largest, long bytes)
    {
        if (count > MaxBatchMessages)
            throw new QueueException(413, QueueErrorCodes.BatchCountOutOfBounds, $"batch message count of {count} exceeds limit of {MaxBatchMessages}");
        if (largest > MaxMessageBytes)
        {
            throw new QueueException(
                413, QueueErrorCodes.MessageSizeOutOfBounds, $"message in batch has length {largest} bytes which exceeds single message size limit of {MaxMessageBytes}");
        }

        if (bytes > MaxBatchBytes)
            throw new QueueException(413, QueueErrorCodes.BatchSizeOutOfBounds, $"batch size of {bytes} bytes exceeds limit of {MaxBatchBytes}");
    }

    /// <exception cref="QueueException">A message may not be delayed so long.</exception>
    public static void CheckDelay(long? seconds, int code = QueueErrorCodes.MessageMetadataInvalid)
    {
        if (seconds is < 0 or > MaxDelaySeconds)
            throw new QueueException(400, code, $"message delay {seconds} is invalid: it must be between 0 and {MaxDelaySeconds} seconds");
    }

    /// <summary>Whether it can be a queue's name.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= 63 && name[0] != '-' && name[^1] != '-' && name.All(static each => char.IsAsciiLetterOrDigit(each) || each is '-' or '_');
}
