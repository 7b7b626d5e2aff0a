using System.Text.Json;
using System.Text.Json.Serialization;
using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>How metadata and checksums are written to columns: as JSON; null where there is nothing.</summary>
[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(R2HttpMetadata), TypeInfoPropertyName = "HttpInfo")]
[JsonSerializable(typeof(IReadOnlyDictionary<string, string>), TypeInfoPropertyName = "CustomInfo")]
[JsonSerializable(typeof(R2Checksums), TypeInfoPropertyName = "ChecksumsInfo")]
internal sealed partial class R2Records : JsonSerializerContext
{
    public static string? Write(R2HttpMetadata http) => http == R2HttpMetadata.None ? null : JsonSerializer.Serialize(http, Default.HttpInfo);

    public static string? Write(IReadOnlyDictionary<string, string> custom) => custom.Count == 0 ? null : JsonSerializer.Serialize(custom, Default.CustomInfo);

    public static string? Write(R2Checksums checksums) => checksums == R2Checksums.None ? null : JsonSerializer.Serialize(checksums, Default.ChecksumsInfo);

    public static R2HttpMetadata Http(SqliteStatement row, int column) =>
        row.IsNull(column) ? R2HttpMetadata.None : JsonSerializer.Deserialize(row.Blob(column), Default.HttpInfo)!;

    public static IReadOnlyDictionary<string, string> Custom(SqliteStatement row, int column) =>
        row.IsNull(column) ? R2Rules.NoMetadata : JsonSerializer.Deserialize(row.Blob(column), Default.CustomInfo)!;

    public static R2Checksums Checksums(SqliteStatement row, int column) =>
        row.IsNull(column) ? R2Checksums.None : JsonSerializer.Deserialize(row.Blob(column), Default.ChecksumsInfo)!;
}
