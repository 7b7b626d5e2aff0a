namespace Skep.Supervision.Processes;

/// <summary>Where a worker process is in its life.</summary>
internal enum ProcessState
{
    /// <summary>It was started and is not ready yet.</summary>
    Starting,

    /// <summary>It knows what to route to and waits to be needed.</summary>
    Spare,

    /// <summary>It accepts connections, or is about to.</summary>
    Serving,

    /// <summary>It takes nothing new and ends.</summary>
    Draining,
}
