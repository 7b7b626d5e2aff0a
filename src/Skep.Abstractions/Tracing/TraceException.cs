using Skep.Abstractions.Errors;

namespace Skep.Abstractions.Tracing;

/// <summary>An exception that nothing caught.</summary>
/// <param name="Timestamp">The time that the worker saw, in milliseconds since 1970.</param>
/// <param name="Name">E.g. <c>TypeError</c>.</param>
/// <param name="Message">Without the name.</param>
/// <param name="Stack">The frames, without name and message; null when there are none.</param>
public sealed record TraceException(long Timestamp, string Name, string Message, string? Stack)
{
    private const string AnyName = "Error";

    /// <summary>Takes an error apart, as trace events want it.</summary>
    public static TraceException Of(WorkerError error, long timestamp)
    {
        var colon = error.Message.IndexOf(": ", StringComparison.Ordinal);
        var isNamed = colon > 0 && error.Message.AsSpan(0, colon).IndexOfAnyExcept(NameCharacters) < 0;
        var (name, message) = isNamed ? (error.Message[..colon], error.Message[(colon + 2)..]) : (AnyName, error.Message);
        var stack = error.Stack.StartsWith(error.Message, StringComparison.Ordinal) ? error.Stack[error.Message.Length..].TrimStart('\n') : error.Stack;
        return new TraceException(timestamp, name, message, stack.Length > 0 ? stack : null);
    }

    private static readonly System.Buffers.SearchValues<char> NameCharacters =
        System.Buffers.SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_$");
}
