namespace Skep.Abstractions.Errors;

/// <summary>Why a worker failed, for its author.</summary>
/// <param name="Code">Cloudflare's number for the error page.</param>
/// <param name="Message">E.g. <c>TypeError: x is not a function</c>.</param>
/// <param name="Stack">The JavaScript stack, or an empty string. Positions are those of the uploaded modules.</param>
public sealed record WorkerError(WorkerErrorCode Code, string Message, string Stack = "")
{
    /// <summary>The thrown value as text, when that says more than message and stack: the causes of an error, the errors within
    /// it, what an object that is no error holds.</summary>
    public string Details { get; init; } = "";

    /// <summary>Whoever called may try again: nothing of the call was begun (<c>error.retryable</c> of a Durable Object's stub).</summary>
    public bool IsRetryable { get; init; }

    /// <summary>There is more to do than a Durable Object can (<c>error.overloaded</c>).</summary>
    public bool IsOverloaded { get; init; }

    /// <summary>A Durable Object was reset: what it had in memory is gone (<c>error.durableObjectReset</c>).</summary>
    public bool IsObjectReset { get; init; }

    /// <summary>All of it as one text; V8's stack already begins with the message, and the details with the stack.</summary>
    public override string ToString() => Details.Length > 0 ? Details : Stack.Length > 0 ? Stack : Message;
}
