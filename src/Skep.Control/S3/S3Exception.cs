using Skep.Abstractions.R2;

namespace Skep.Control.S3;

/// <summary>A call is refused; the client gets the error as S3 has it (https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html).</summary>
internal sealed class S3Exception(int status, string code, string message) : Exception(message)
{
    private static readonly Dictionary<int, string> Codes = new()
    {
        [R2ErrorCodes.NotImplemented] = "NotImplemented",
        [R2ErrorCodes.NoSuchBucket] = "NoSuchBucket",
        [R2ErrorCodes.NoSuchKey] = "NoSuchKey",
        [R2ErrorCodes.BucketNotEmpty] = "BucketNotEmpty",
        [R2ErrorCodes.EntityTooSmall] = "EntityTooSmall",
        [R2ErrorCodes.MetadataTooLarge] = "MetadataTooLarge",
        [R2ErrorCodes.InvalidObjectName] = "KeyTooLongError",
        [R2ErrorCodes.InvalidMaxKeys] = "InvalidArgument",
        [R2ErrorCodes.NoSuchUpload] = "NoSuchUpload",
        [R2ErrorCodes.InvalidPart] = "InvalidPart",
        [R2ErrorCodes.InvalidArgument] = "InvalidArgument",
        [R2ErrorCodes.PreconditionFailed] = "PreconditionFailed",
        [R2ErrorCodes.BadDigest] = "BadDigest",
        [R2ErrorCodes.InvalidRange] = "InvalidRange",
        [R2ErrorCodes.BadUpload] = "InvalidPart",
        [R2ErrorCodes.InvalidStorageClass] = "InvalidStorageClass",
        [R2ErrorCodes.EntityTooLarge] = "EntityTooLarge",
    };

    public int Status { get; } = status;

    public string Code { get; } = code;

    public static S3Exception Of(R2Exception refused) => new(refused.Status, Codes.GetValueOrDefault(refused.Code, "InternalError"), refused.Message);

    public static S3Exception Denied(string message) => new(403, "AccessDenied", message);

    public static S3Exception InvalidArgument(string message) => new(400, "InvalidArgument", message);

    public static S3Exception Malformed(string message) => new(400, "MalformedXML", message);

    public static S3Exception NotImplemented(string what) => new(501, "NotImplemented", $"{what}: Skep does not have this yet.");

    public static S3Exception NoBucket() => new(404, "NoSuchBucket", "The specified bucket does not exist.");
}
