using System.Text;
using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>An object as it lies in its row.</summary>
internal static class R2Columns
{
    /// <summary>What <see cref="Read"/> expects at the beginning of a row.</summary>
    public const string List = "key, version, size, etag, uploaded, storage_class, checksums, http, custom";

    /// <summary>How many these are.</summary>
    public const int Count = 9;

    public static R2Object Read(SqliteStatement row, bool withHttp = true, bool withCustom = true) => new()
    {
        Key = Encoding.UTF8.GetString(row.Blob(0)),
        Version = row.Text(1),
        Size = row.Int64(2),
        ETag = row.Text(3),
        Uploaded = row.Int64(4),
        StorageClass = row.Text(5),
        Checksums = R2Records.Checksums(row, 6),
        Http = withHttp ? R2Records.Http(row, 7) : null,
        Custom = withCustom ? R2Records.Custom(row, 8) : null,
    };
}
