using System.Collections.Frozen;
using Skep.Abstractions.Errors;

namespace Skep.Edge.Errors;

/// <summary>What a client is told about one of Cloudflare's error numbers
/// (https://developers.cloudflare.com/workers/observability/errors/, …/support/troubleshooting/http-status-codes/).</summary>
/// <param name="Number">The number.</param>
/// <param name="Status">The HTTP status it comes with.</param>
/// <param name="Title">The page's heading.</param>
/// <param name="Explanation">One sentence for a visitor.</param>
internal sealed record ErrorDescription(int Number, int Status, string Title, string Explanation)
{
    public static readonly ErrorDescription PayloadTooLarge = new(413, 413, "Payload Too Large", "The body of the request is larger than this server takes.");
    public static readonly ErrorDescription UriTooLong = new(414, 414, "URI Too Long", "The address of the request is longer than this server takes.");
    public static readonly ErrorDescription OriginAnswerUnknown = new(520, 520, "Web server is returning an unknown error", "The server behind this address sent something that is no answer.");
    public static readonly ErrorDescription OriginDown = new(521, 521, "Web server is down", "The server behind this address refuses connections.");
    public static readonly ErrorDescription OriginConnectionTimedOut = new(522, 522, "Connection timed out", "The server behind this address did not take the connection in time.");
    public static readonly ErrorDescription OriginUnreachable = new(523, 523, "Origin is unreachable", "There is no way to the server behind this address.");
    public static readonly ErrorDescription OriginTimedOut = new(524, 524, "A timeout occurred", "The server behind this address took the connection and did not answer in time.");
    public static readonly ErrorDescription OriginHandshakeFailed = new(525, 525, "SSL handshake failed", "The server behind this address could not agree on an encrypted connection.");
    public static readonly ErrorDescription InvalidOriginCertificate = new(526, 526, "Invalid SSL certificate", "The server behind this address has a certificate that is not valid for it.");
    public static readonly ErrorDescription OriginNameUnknown = new(1016, 530, "Origin DNS error", "The name of the server behind this address could not be resolved.");

    private static readonly FrozenDictionary<WorkerErrorCode, ErrorDescription> _ofWorkers = new Dictionary<WorkerErrorCode, ErrorDescription>
    {
        [WorkerErrorCode.Exception] = new(1101, 500, "Worker threw exception", "The code behind this address failed with an error that it did not handle."),
        [WorkerErrorCode.ExceededLimits] = new(1102, 503, "Worker exceeded resource limits", "The code behind this address used more CPU time or memory than it is allowed to."),
        [WorkerErrorCode.Loop] = new(1019, 508, "Worker called itself in a loop", "The code behind this address kept sending requests to itself."),
        [WorkerErrorCode.Startup] = new(1104, 500, "Worker could not be started", "The code behind this address failed before it could take requests."),
    }.ToFrozenDictionary();

    /// <summary>True when the same request may well succeed a little later.</summary>
    public bool IsTransient => Status is 502 or 503 or 504 or (>= 520 and <= 524);

    public static ErrorDescription Of(WorkerErrorCode code) =>
        _ofWorkers.GetValueOrDefault(code) ?? new((int)code, 500, "Worker failed", "The code behind this address failed.");
}
