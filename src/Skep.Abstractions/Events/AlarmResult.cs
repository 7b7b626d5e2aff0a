namespace Skep.Abstractions.Events;

/// <summary>What came of an alarm.</summary>
/// <param name="Summary">How its handler ended.</param>
/// <param name="Retry">It did not end well and may be tried again; false also when the object has no such alarm any more.</param>
/// <param name="Counts">A try that failed counts among the few that there are; false when the object was not at fault (its host went away).</param>
public readonly record struct AlarmResult(InvocationSummary Summary, bool Retry, bool Counts);
