namespace Skep.Abstractions.R2;

/// <summary>A bucket refuses, or fails. Workers see <c>put: … (10001)</c> with message and code.</summary>
public sealed class R2Exception : Exception
{
    /// <param name="status">An HTTP status.</param>
    /// <param name="code">Cloudflare's number (https://developers.cloudflare.com/r2/api/error-codes/).</param>
    /// <param name="message">Shown to the worker and to callers of the API: no paths.</param>
    /// <param name="inner">The cause, for the operator.</param>
    public R2Exception(int status, int code, string message, Exception? inner = null)
        : base(message, inner) => (Status, Code) = (status, code);

    /// <summary>An HTTP status.</summary>
    public int Status { get; }

    /// <summary>Cloudflare's number, one of <see cref="R2ErrorCodes"/>.</summary>
    public int Code { get; }

    /// <summary>The bucket does not exist (any more).</summary>
    public static R2Exception NoBucket() => new(404, R2ErrorCodes.NoSuchBucket, "The specified bucket does not exist.");

    /// <summary>There is no such object.</summary>
    public static R2Exception NoKey() => new(404, R2ErrorCodes.NoSuchKey, "The specified key does not exist.");

    /// <summary>The bucket holds objects or uploads.</summary>
    public static R2Exception NotEmpty() => new(409, R2ErrorCodes.BucketNotEmpty, "The bucket you tried to delete is not empty. Delete its objects and abort its multipart uploads first.");

    /// <summary>The content, or what was put together, is too long.</summary>
    public static R2Exception TooLarge() => new(400, R2ErrorCodes.EntityTooLarge, "Your proposed upload exceeds the maximum allowed object size.");

    /// <summary>A part that is not the last is too short.</summary>
    public static R2Exception TooSmall() => new(400, R2ErrorCodes.EntityTooSmall, "Your proposed upload is smaller than the minimum allowed object size.");

    /// <summary>There is too much custom metadata.</summary>
    public static R2Exception MetadataTooLarge() => new(400, R2ErrorCodes.MetadataTooLarge, "Your metadata headers exceed the maximum allowed metadata size.");

    /// <summary>A key is empty or too long.</summary>
    public static R2Exception InvalidKey() => new(400, R2ErrorCodes.InvalidObjectName, "The specified object name is not valid.");

    /// <summary>A page cannot have as many keys.</summary>
    public static R2Exception InvalidLimit() => new(400, R2ErrorCodes.InvalidMaxKeys, "MaxKeys params must be positive integer <= 1000.");

    /// <summary>An argument is wrong; the message says which.</summary>
    public static R2Exception InvalidArgument(string message) => new(400, R2ErrorCodes.InvalidArgument, message);

    /// <summary>There is no such storage class.</summary>
    public static R2Exception InvalidStorageClass(string name) =>
        new(400, R2ErrorCodes.InvalidStorageClass, $"The storage class \"{name}\" is not valid. Use {R2StorageClasses.Standard} or {R2StorageClasses.InfrequentAccess}.");

    /// <summary>There is no such upload, or it has ended.</summary>
    public static R2Exception NoUpload() => new(404, R2ErrorCodes.NoSuchUpload, "The specified multipart upload does not exist.");

    /// <summary>A part that is named was not uploaded, or is another.</summary>
    public static R2Exception InvalidPart() => new(400, R2ErrorCodes.InvalidPart, "One or more of the specified parts could not be found.");

    /// <summary>The parts do not make an object.</summary>
    public static R2Exception BadUpload() => new(400, R2ErrorCodes.BadUpload, "There was a problem with the multipart upload.");

    /// <summary>The object is not what the condition asks for.</summary>
    public static R2Exception PreconditionFailed() => new(412, R2ErrorCodes.PreconditionFailed, "At least one of the pre-conditions you specified did not hold.");

    /// <summary>The content is not what its sender says.</summary>
    public static R2Exception BadDigest(string algorithm, string given, string actual) => new(
        400,
        R2ErrorCodes.BadDigest,
        $"The {algorithm} checksum you specified did not match what we received.\nYou provided a {algorithm} checksum with value: {given}\nActual {algorithm} was: {actual}");

    /// <summary>The object has no such part.</summary>
    public static R2Exception InvalidRange() => new(416, R2ErrorCodes.InvalidRange, "The requested range is not satisfiable");

    /// <summary>Encryption with a key of the caller's is not offered.</summary>
    public static R2Exception NoCustomerKeys() => new(
        501, R2ErrorCodes.NotImplemented, "Encryption with a key of yours (SSE-C) is not implemented by Skep. Leave the key out, or encrypt the content before it is stored.");
}

/// <summary>Cloudflare's numbers of what can go wrong with a bucket.</summary>
public static class R2ErrorCodes
{
    /// <summary>It failed.</summary>
    public const int Internal = 10001;

    /// <summary>It is not offered.</summary>
    public const int NotImplemented = 10005;

    /// <summary>There is no such bucket.</summary>
    public const int NoSuchBucket = 10006;

    /// <summary>There is no such object.</summary>
    public const int NoSuchKey = 10007;

    /// <summary>It holds something.</summary>
    public const int BucketNotEmpty = 10008;

    /// <summary>Too short.</summary>
    public const int EntityTooSmall = 10011;

    /// <summary>Too much metadata.</summary>
    public const int MetadataTooLarge = 10012;

    /// <summary>No key.</summary>
    public const int InvalidObjectName = 10020;

    /// <summary>No number of keys.</summary>
    public const int InvalidMaxKeys = 10022;

    /// <summary>No such upload.</summary>
    public const int NoSuchUpload = 10024;

    /// <summary>No such part.</summary>
    public const int InvalidPart = 10025;

    /// <summary>A wrong argument.</summary>
    public const int InvalidArgument = 10029;

    /// <summary>A condition does not hold.</summary>
    public const int PreconditionFailed = 10031;

    /// <summary>Another checksum.</summary>
    public const int BadDigest = 10037;

    /// <summary>No such range.</summary>
    public const int InvalidRange = 10039;

    /// <summary>The parts do not fit.</summary>
    public const int BadUpload = 10048;

    /// <summary>No such storage class.</summary>
    public const int InvalidStorageClass = 10062;

    /// <summary>Too long.</summary>
    public const int EntityTooLarge = 100100;
}
