using Skep.Abstractions.R2;

namespace Skep.Supervision.Messages;

/// <summary>Asks what is known of an object.</summary>
internal sealed record R2KeyQuestion(string Bucket, string Key);

/// <summary>An object, or that there is none or nothing was stored.</summary>
internal sealed record R2Answer(R2Object? Object);

/// <summary>Asks for an object.</summary>
internal sealed record R2Question(string Bucket, R2Get Request);

/// <summary>An object that was asked for; its content follows in the body when there is some.</summary>
/// <param name="Object">The object; null when there is none.</param>
/// <param name="HasContent">Whether the condition held.</param>
/// <param name="Offset">Where the content begins within the object.</param>
/// <param name="Length">How long it is.</param>
internal sealed record R2Opened(R2Object? Object, bool HasContent, long Offset, long Length);

/// <summary>Stores an object; its content follows in the body.</summary>
/// <param name="Length">How long the content is, when that is known.</param>
internal sealed record R2Storing(string Bucket, R2Put Request, long? Length);

/// <summary>Deletes objects.</summary>
internal sealed record R2Keys(string Bucket, IReadOnlyList<string> Keys);

/// <summary>Lists objects.</summary>
internal sealed record R2Listing(string Bucket, R2ListQuery Query);

/// <summary>Begins an upload in parts.</summary>
internal sealed record R2UploadBegin(string Bucket, R2Put Request);

/// <summary>Names an upload.</summary>
internal sealed record R2UploadName(string Bucket, string Key, string Id);

/// <summary>Stores a part; its content follows in the body.</summary>
/// <param name="Length">How long the content is, when that is known.</param>
internal sealed record R2PartStoring(string Bucket, R2PartPut Part, long? Length);

/// <summary>Makes an object of an upload's parts.</summary>
internal sealed record R2Completion(R2UploadName Upload, IReadOnlyList<R2PartName> Parts);
