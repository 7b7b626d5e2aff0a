namespace Skep.Abstractions.Queues;

/// <summary>When messages can be had.</summary>
/// <param name="First">The first, in milliseconds since 1970; null when there is none.</param>
/// <param name="Full">The one that fills a batch; null when there are not as many.</param>
public readonly record struct QueueOutlook(long? First, long? Full);
