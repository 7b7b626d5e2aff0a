using Skep.Abstractions.Events;

namespace Skep.Abstractions.Tracing;

/// <summary>One <c>console</c> call.</summary>
/// <param name="Timestamp">The time that the worker saw, in milliseconds since 1970.</param>
/// <param name="Level">Which method family it came from.</param>
/// <param name="Message">The arguments: a JSON array.</param>
public sealed record TraceLog(long Timestamp, ConsoleLevel Level, string Message);
