namespace Skep.Abstractions.Email;

/// <summary>Cloudflare's names of what goes wrong when email is sent.</summary>
public static class EmailErrorCodes
{
    /// <summary>An address, a header or the message is malformed.</summary>
    public const string Validation = "E_VALIDATION_ERROR";

    /// <summary>A field is missing.</summary>
    public const string FieldMissing = "E_FIELD_MISSING";

    /// <summary>More recipients than a message may have.</summary>
    public const string TooManyRecipients = "E_TOO_MANY_RECIPIENTS";

    /// <summary>The binding does not allow the sender.</summary>
    public const string SenderNotVerified = "E_SENDER_NOT_VERIFIED";

    /// <summary>The binding does not allow the recipient.</summary>
    public const string RecipientNotAllowed = "E_RECIPIENT_NOT_ALLOWED";

    /// <summary>The message is too long.</summary>
    public const string ContentTooLarge = "E_CONTENT_TOO_LARGE";

    /// <summary>The SMTP server refused it, or could not be reached.</summary>
    public const string DeliveryFailed = "E_DELIVERY_FAILED";

    /// <summary>There is nobody to deliver it.</summary>
    public const string Internal = "E_INTERNAL_SERVER_ERROR";

    /// <summary>A header that cannot be set.</summary>
    public const string HeaderNotAllowed = "E_HEADER_NOT_ALLOWED";

    /// <summary>A header that a field sets.</summary>
    public const string HeaderUseField = "E_HEADER_USE_API_FIELD";

    /// <summary>A header's value is malformed.</summary>
    public const string HeaderValueInvalid = "E_HEADER_VALUE_INVALID";

    /// <summary>A header's value is too long.</summary>
    public const string HeaderValueTooLong = "E_HEADER_VALUE_TOO_LONG";

    /// <summary>A header's name is malformed.</summary>
    public const string HeaderNameInvalid = "E_HEADER_NAME_INVALID";

    /// <summary>The headers are too long together.</summary>
    public const string HeadersTooLarge = "E_HEADERS_TOO_LARGE";

    /// <summary>Too many headers.</summary>
    public const string HeadersTooMany = "E_HEADERS_TOO_MANY";
}
