namespace Skep.Abstractions.R2;

/// <summary>A part of an upload on its way in.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="UploadId">The upload.</param>
/// <param name="Number">1 to 10,000.</param>
/// <param name="Expected">The checksums that it must have.</param>
public sealed record R2PartPut(string Key, string UploadId, int Number, R2Checksums Expected);

/// <summary>A part that was stored, as whoever completes the upload names it.</summary>
/// <param name="Number">1 to 10,000.</param>
/// <param name="ETag">Its MD5 in hexadecimal digits.</param>
public sealed record R2PartName(int Number, string ETag);

/// <summary>A part that was stored.</summary>
/// <param name="Number">1 to 10,000.</param>
/// <param name="ETag">Its MD5 in hexadecimal digits.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Uploaded">When, in milliseconds since 1970.</param>
public sealed record R2Part(int Number, string ETag, long Size, long Uploaded);

/// <summary>An upload in parts that is under way.</summary>
/// <param name="Key">The object's key.</param>
/// <param name="Id">Which.</param>
/// <param name="Initiated">When it began, in milliseconds since 1970.</param>
/// <param name="StorageClass">The class of the object.</param>
public sealed record R2Upload(string Key, string Id, long Initiated, string StorageClass);

/// <summary>What a bucket holds.</summary>
/// <param name="Objects">How many objects.</param>
/// <param name="Bytes">Bytes of their content.</param>
/// <param name="Uploads">Uploads in parts that are under way.</param>
public sealed record R2Usage(long Objects, long Bytes, long Uploads);
