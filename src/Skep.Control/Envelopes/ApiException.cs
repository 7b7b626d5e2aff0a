using Skep.Abstractions.Routing;
using System.Net;
using Skep.Abstractions.Workers;

namespace Skep.Control.Envelopes;

/// <summary>A call is refused; the client gets the error in Cloudflare's envelope.</summary>
internal sealed class ApiException(HttpStatusCode status, params IReadOnlyList<ApiError> errors)
    : Exception(string.Join(" ", errors.Select(error => error.Message)))
{
    public HttpStatusCode Status { get; } = status;

    public IReadOnlyList<ApiError> Errors { get; } = errors;

    /// <summary>The script, or something of it, does not exist. wrangler knows the code: it offers to create the Worker.</summary>
    public static ApiException NoScript(string name) =>
        new(HttpStatusCode.NotFound, new ApiError(ApiErrorCodes.ScriptNotFound, $"This Worker does not exist on your account: {UserWorkerName.Script(name)}."));

    /// <summary>The upload is not acceptable.</summary>
    public static ApiException Invalid(string message) => new(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.Validation, message));

    /// <summary>The request is malformed.</summary>
    public static ApiException BadRequest(string message) => new(HttpStatusCode.BadRequest, new ApiError(ApiErrorCodes.BadRequest, message));

    /// <summary>Cloudflare has it, Skep has not yet.</summary>
    public static ApiException NotThere(string what) =>
        new(HttpStatusCode.NotImplemented, new ApiError(ApiErrorCodes.NotThere, $"{what}: Skep does not have this yet."));
}

/// <summary>One error of the envelope.</summary>
/// <param name="Code">A number; some have a meaning to wrangler, see <see cref="ApiErrorCodes"/>.</param>
internal sealed record ApiError(int Code, string Message);
