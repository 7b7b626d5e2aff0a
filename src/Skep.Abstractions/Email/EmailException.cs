namespace Skep.Abstractions.Email;

/// <summary>A message is refused, or cannot be delivered
/// (https://developers.cloudflare.com/email-service/api/send-emails/workers-api/#error-codes).</summary>
public sealed class EmailException : Exception
{
    /// <param name="code">One of <see cref="EmailErrorCodes"/>.</param>
    /// <param name="message">Shown to the worker: no paths, no passwords.</param>
    /// <param name="inner">The cause, for the operator.</param>
    public EmailException(string code, string message, Exception? inner = null)
        : base(message, inner) => Code = code;

    /// <summary>One of <see cref="EmailErrorCodes"/>.</summary>
    public string Code { get; }

    /// <summary>Something about the message is wrong.</summary>
    public static EmailException Invalid(string message) => new(EmailErrorCodes.Validation, message);
}
