using Skep.Abstractions.Queues;

namespace Skep.Configuration;

/// <summary>A queue whose messages a project gets.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Consumer">How it gets them.</param>
internal sealed record ConsumedQueue(string Queue, QueueConsumer Consumer);
