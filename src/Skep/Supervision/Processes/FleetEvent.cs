namespace Skep.Supervision.Processes;

/// <summary>Something that happened to a worker process and that its operator may want to know.</summary>
internal abstract record FleetEvent
{
    /// <summary>It accepts connections.</summary>
    internal sealed record Serves(int Process) : FleetEvent;

    /// <summary>It has ended.</summary>
    /// <param name="ExitCode">128 and the signal when one killed it.</param>
    internal sealed record Ended(int Process, int ExitCode, bool IsExpected) : FleetEvent;

    /// <summary>It does not answer, and is killed.</summary>
    internal sealed record Unresponsive(int Process, TimeSpan After) : FleetEvent;

    /// <summary>Workers have cost it threads; it is replaced.</summary>
    internal sealed record Worn(int Process, int ThreadsLost) : FleetEvent;

    /// <summary>It could not be started, or not do its part.</summary>
    /// <param name="Process">0 when there is none.</param>
    internal sealed record Failed(int Process, string Reason) : FleetEvent;

    /// <summary>Processes die young: the next is started later.</summary>
    internal sealed record Waiting(int Failures, TimeSpan For) : FleetEvent;
}
