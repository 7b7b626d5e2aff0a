namespace Skep.Abstractions.Kv;

/// <summary>A namespace refuses, or fails. Workers see <c>KV PUT failed: 400 …</c> with status and message.</summary>
public sealed class KvException : Exception
{
    /// <param name="status">An HTTP status.</param>
    /// <param name="message">Shown to the worker and to callers of the API: no paths.</param>
    /// <param name="inner">The cause, for the operator.</param>
    public KvException(int status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    /// <summary>An HTTP status.</summary>
    public int Status { get; }

    /// <summary>The namespace does not exist (any more).</summary>
    public static KvException NoNamespace() => new(404, "The KV namespace does not exist.");
}
