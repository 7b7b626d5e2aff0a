namespace Skep.Runtime.Streams;

/// <summary>What a step of a coder came to.</summary>
internal enum CoderState
{
    /// <summary>It took what it was given, or its output is full.</summary>
    Running,

    /// <summary>The compressed data is complete.</summary>
    Ended,

    /// <summary>The compressed data is malformed.</summary>
    Malformed,
}
