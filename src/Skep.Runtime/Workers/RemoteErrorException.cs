using Skep.Abstractions.Errors;

namespace Skep.Runtime.Workers;

/// <summary>The worker that was called failed. Its caller gets the error, without the stack.</summary>
internal sealed class RemoteErrorException(WorkerError error) : Exception(error.Message)
{
    public WorkerError Error { get; } = error;
}
