using Skep.Abstractions.Errors;

namespace Skep.Runtime.Isolates;

/// <summary>What waited for an output gate is never sent.</summary>
/// <param name="error">Why.</param>
internal sealed class GateBrokenException(WorkerError error) : IOException(error.Message)
{
    /// <summary>Why.</summary>
    public WorkerError Error => error;
}
