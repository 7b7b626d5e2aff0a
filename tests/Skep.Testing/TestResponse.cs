using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;

namespace Skep.Testing;

/// <summary>What a client got, and what the runtime says of it.</summary>
public sealed record TestResponse(
    int Status,
    string? Reason,
    IReadOnlyList<string> Headers,
    long? ContentLength,
    byte[] Body,
    InvocationSummary Summary,
    WorkerError? Error,
    bool PassThrough)
{
    public string Text => Encoding.UTF8.GetString(Body);

    /// <summary>Text, or the error when there is one: what a test compares.</summary>
    public override string ToString() => Error is null ? $"{Status} {Text}" : $"{(int)Error.Code} {Error.Message}";

    public string? Header(string name)
    {
        for (var i = 0; i + 1 < Headers.Count; i += 2)
        {
            if (string.Equals(Headers[i], name, StringComparison.OrdinalIgnoreCase)) return Headers[i + 1];
        }

        return null;
    }
}
