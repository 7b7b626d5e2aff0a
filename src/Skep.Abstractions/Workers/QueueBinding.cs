namespace Skep.Abstractions.Workers;

/// <summary>A queue that a Worker sends to (<c>queues.producers</c>).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="Queue">The queue's name.</param>
/// <param name="DeliveryDelay">For how many seconds messages are delayed that say nothing themselves; null for as long as the queue says.</param>
public sealed record QueueBinding(string Name, string Queue, int? DeliveryDelay = null) : Binding(Name);
