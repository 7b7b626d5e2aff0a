namespace Skep.Edge.Triggers;

/// <summary>What the caller of a trigger endpoint is told.</summary>
internal readonly record struct TriggerResult(int Status, string Text);
