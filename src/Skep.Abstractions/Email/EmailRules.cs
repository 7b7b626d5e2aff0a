namespace Skep.Abstractions.Email;

/// <summary>The limits of messages (https://developers.cloudflare.com/email-service/platform/limits/).</summary>
public static class EmailRules
{
    /// <summary>Bytes of a message, in and out.</summary>
    public const int MaxBytes = 25 << 20;

    /// <summary>Recipients of one message, of all kinds together.</summary>
    public const int MaxRecipients = 50;

    /// <summary>Characters of a subject.</summary>
    public const int MaxSubject = 998;

    /// <summary>Messages that a conversation may name, so that two machines do not answer each other for ever.</summary>
    public const int MaxReferences = 100;

    /// <summary>What is said of a message that is too long.</summary>
    public static EmailException TooLarge(long bytes) =>
        new(EmailErrorCodes.ContentTooLarge, $"The message has {bytes} bytes; {MaxBytes} are allowed.");
}
