namespace Skep.Abstractions.Workflows;

/// <summary>A value that a Workflow takes or makes.</summary>
/// <param name="Serialized">As structured cloning writes it; null when it came from outside of JavaScript.</param>
/// <param name="Json">As JSON, for whoever looks at it; null when it has no such form.</param>
public sealed record WorkflowValue(byte[]? Serialized, string? Json)
{
    /// <summary>What it takes, in bytes.</summary>
    public int Length => Serialized?.Length ?? Json?.Length ?? 0;
}

/// <summary>What a Workflow or one of its steps threw.</summary>
/// <param name="Name">The class, e.g. <c>Error</c>.</param>
/// <param name="Message">What it says.</param>
public sealed record WorkflowFailure(string Name, string Message);
