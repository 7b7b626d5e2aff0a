using Skep.Abstractions.Errors;

namespace Skep.Abstractions.Objects;

/// <summary>A Durable Object cannot take an event now.</summary>
/// <param name="error">Why, as the caller is told.</param>
/// <param name="retryable">Whether the caller may try again: the object has seen nothing of the event.</param>
public sealed class ObjectUnavailableException(WorkerError error, bool retryable) : Exception(error.Message)
{
    /// <summary>Why, as the caller is told.</summary>
    public WorkerError Error { get; } = error;

    /// <summary>Whether the caller may try again (<c>error.retryable</c>).</summary>
    public bool Retryable { get; } = retryable;
}
