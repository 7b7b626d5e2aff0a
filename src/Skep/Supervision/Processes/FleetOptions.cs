namespace Skep.Supervision.Processes;

/// <summary>How many worker processes there are, and when they are replaced.</summary>
/// <param name="Processes">Processes that accept connections.</param>
/// <param name="Spares">Processes that wait to take the place of one.</param>
/// <param name="RecycleAfter">The age at which a process is replaced; null for never.</param>
/// <param name="UnresponsiveAfter">How long a process may leave the supervisor without an answer.</param>
/// <param name="DrainTimeout">What a process may take to end.</param>
internal sealed record FleetOptions(int Processes, int Spares, TimeSpan? RecycleAfter, TimeSpan UnresponsiveAfter, TimeSpan DrainTimeout);
