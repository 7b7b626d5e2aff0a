namespace Skep.Abstractions.Errors;

/// <summary>A version cannot be started. <see cref="Error"/> says why, in the worker's own terms.</summary>
public sealed class WorkerStartupException(WorkerError error) : Exception(error.Message)
{
    /// <summary>The JavaScript error with its stack.</summary>
    public WorkerError Error { get; } = error;
}
