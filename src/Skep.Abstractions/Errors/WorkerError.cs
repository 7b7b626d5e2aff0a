namespace Skep.Abstractions.Errors;

/// <summary>Why a worker failed, for its author.</summary>
/// <param name="Code">Cloudflare's number for the error page.</param>
/// <param name="Message">E.g. <c>TypeError: x is not a function</c>.</param>
/// <param name="Stack">The JavaScript stack, or an empty string. Positions are those of the uploaded modules.</param>
public sealed record WorkerError(WorkerErrorCode Code, string Message, string Stack = "")
{
    /// <summary>Message and stack as one text; V8's stack already begins with the message.</summary>
    public override string ToString() => Stack.Length > 0 ? Stack : Message;
}
