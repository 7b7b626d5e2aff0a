namespace Skep.Abstractions.Queues;

/// <summary>Who is given messages, and for how long they are nobody else's.</summary>
/// <param name="Most">Messages at most.</param>
/// <param name="Lasts">After that, others get what was not settled.</param>
/// <param name="EndsWithServer">A consumer that is lost with the server: what it had is nobody's after the next start, and was not tried.</param>
public readonly record struct QueueLease(int Most, TimeSpan Lasts, bool EndsWithServer);
