using Skep.Abstractions.Workers;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>The worker that runs an object of this process, as long as the object stays here.</summary>
internal sealed class HostedEntry(HostedObject hosted, IServedWorker served) : IServedWorker
{
    /// <inheritdoc/>
    public IWorker Worker => served.Worker;

    /// <inheritdoc/>
    public bool TryEnter()
    {
        if (!hosted.TryEnter()) return false;
        if (served.TryEnter()) return true;
        hosted.Leave();
        return false;
    }

    /// <inheritdoc/>
    public void Leave()
    {
        served.Leave();
        hosted.Leave();
    }
}
