using System.Collections.Frozen;

namespace Skep.Abstractions.Events;

/// <summary>Outcomes as Workers' trace events write them.</summary>
public static class OutcomeNames
{
    private static readonly FrozenDictionary<InvocationOutcome, string> Names = new Dictionary<InvocationOutcome, string>
    {
        [InvocationOutcome.Ok] = "ok",
        [InvocationOutcome.Exception] = "exception",
        [InvocationOutcome.ExceededCpu] = "exceededCpu",
        [InvocationOutcome.ExceededMemory] = "exceededMemory",
        [InvocationOutcome.Canceled] = "canceled",
        [InvocationOutcome.ScriptNotFound] = "scriptNotFound",
        [InvocationOutcome.ExceededWallTime] = "exceededWallTime",
    }.ToFrozenDictionary();

    /// <summary>The outcome's name; <c>unknown</c> for one that has none.</summary>
    public static string Of(InvocationOutcome outcome) => Names.GetValueOrDefault(outcome, "unknown");
}
