using Skep.Abstractions.Errors;

namespace Skep.Runtime.Workers;

/// <summary>What JavaScript is told of another's error beside its text (<c>js/rpc/remote-error.ts</c>).</summary>
internal static class ErrorTraits
{
    private const int Retryable = 1;
    private const int Overloaded = 2;
    private const int ObjectReset = 4;

    public static int Traits(this WorkerError error) =>
        (error.IsRetryable ? Retryable : 0) | (error.IsOverloaded ? Overloaded : 0) | (error.IsObjectReset ? ObjectReset : 0);
}
