namespace Skep.Abstractions.Analytics;

/// <summary>A query is wrong, or takes too much.</summary>
/// <param name="message">Says what, and where.</param>
/// <param name="inner">The cause, for the operator.</param>
public sealed class AnalyticsException(string message, Exception? inner = null) : Exception(message, inner);
