using Skep.Abstractions.Events;
using Skep.Abstractions.Queues;

namespace Skep.Abstractions.Scheduling;

/// <summary>A batch that was handled.</summary>
/// <param name="Queue">The queue's name.</param>
/// <param name="Script">The script that handled it.</param>
/// <param name="VersionId">The version that did.</param>
/// <param name="Messages">How many messages it had.</param>
/// <param name="Summary">How the handler ended.</param>
/// <param name="Settled">What became of the messages.</param>
public sealed record QueueRun(string Queue, string Script, string VersionId, int Messages, InvocationSummary Summary, QueueSettled Settled);
