namespace Skep.Abstractions.Queues;

/// <summary>A queue refuses, or fails (https://developers.cloudflare.com/queues/reference/error-codes/).</summary>
public sealed class QueueException : Exception
{
    /// <param name="status">An HTTP status.</param>
    /// <param name="code">Cloudflare's number.</param>
    /// <param name="message">Shown to the worker and to callers of the API: no paths.</param>
    /// <param name="inner">The cause, for the operator.</param>
    public QueueException(int status, int code, string message, Exception? inner = null)
        : base(message, inner) => (Status, Code) = (status, code);

    /// <summary>An HTTP status.</summary>
    public int Status { get; }

    /// <summary>Cloudflare's number.</summary>
    public int Code { get; }

    /// <summary>The queue does not exist (any more).</summary>
    public static QueueException NoQueue() => new(404, QueueErrorCodes.QueueNotFound, "Queue does not exist");
}
