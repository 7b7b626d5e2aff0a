using Skep.Abstractions.Errors;

namespace Skep.Edge.Errors;

/// <summary>What a client is told about one of Cloudflare's error numbers
/// (https://developers.cloudflare.com/workers/observability/errors/).</summary>
/// <param name="Number">The number.</param>
/// <param name="Status">The HTTP status it comes with.</param>
/// <param name="Title">The page's heading.</param>
/// <param name="Explanation">One sentence for a visitor.</param>
internal sealed record ErrorDescription(int Number, int Status, string Title, string Explanation)
{
    public static ErrorDescription Of(WorkerErrorCode code) => code switch
    {
        WorkerErrorCode.Exception => new(1101, 500, "Worker threw exception", "The code behind this address failed with an error that it did not handle."),
        WorkerErrorCode.ExceededLimits => new(1102, 503, "Worker exceeded resource limits", "The code behind this address used more CPU time or memory than it is allowed to."),
        WorkerErrorCode.Loop => new(1019, 508, "Worker called itself in a loop", "The code behind this address kept sending requests to itself."),
        WorkerErrorCode.Startup => new(1104, 500, "Worker could not be started", "The code behind this address failed before it could take requests."),
        _ => new((int)code, 500, "Worker failed", "The code behind this address failed."),
    };
}
