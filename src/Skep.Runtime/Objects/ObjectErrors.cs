using Skep.Abstractions.Errors;

namespace Skep.Runtime.Objects;

/// <summary>Why Durable Objects are reset, in Cloudflare's words where it has some.</summary>
internal static class ObjectErrors
{
    public static readonly WorkerError CodeUpdated = Reset("Error: Durable Object reset because its code was updated.") with { IsRetryable = true };

    public static readonly WorkerError Moved = Reset("Error: The Durable Object's host went away; the object starts anew elsewhere.") with { IsRetryable = true };

    public static readonly WorkerError BlockedTooLong =
        Reset("Error: A call to blockConcurrencyWhile() in a Durable Object waited for too long. The call was canceled and the Durable Object was reset.") with { IsOverloaded = true };

    public static readonly WorkerError Cpu = Reset("Error: Durable Object exceeded its CPU time limit and was reset.") with { Code = WorkerErrorCode.ExceededLimits };

    public static readonly WorkerError Memory = Reset("Error: Durable Object's isolate exceeded its memory limit and was reset.") with { Code = WorkerErrorCode.ExceededLimits };

    /// <summary>The object goes with this message.</summary>
    public static WorkerError Reset(string message) => new(WorkerErrorCode.Exception, message) { IsObjectReset = true };
}
