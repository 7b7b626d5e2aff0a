namespace Skep.V8;

/// <summary>How to make an isolate.</summary>
public sealed record IsolateOptions
{
    /// <summary>What its heap starts from; null is a bare context with <c>__skepOps</c>.</summary>
    public Snapshot? Snapshot { get; init; }

    /// <summary>Names of functions on the snapshot's host object, in the order of the numbers <see cref="Isolate.CallHost"/> takes.</summary>
    public IReadOnlyList<string> HostFunctions { get; init; } = [];

    /// <summary>JavaScript heap and ArrayBuffers together, in bytes.</summary>
    public long HeapLimit { get; init; } = 128L << 20;

    /// <summary>Whether <c>eval</c> and <c>new Function</c> work.</summary>
    public bool AllowEval { get; init; }
}
