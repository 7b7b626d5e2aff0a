using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>Changes uploads in parts, inside of a transaction.</summary>
internal static class R2UploadTables
{
    // As long as Cloudflare's: ids are not to be guessed.
    private const int IdBytes = 96;

    /// <summary>Begins an upload; returns its id.</summary>
    public static string Create(R2Tables tables, R2Put put, long now)
    {
        var id = System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(IdBytes));
        var insert = tables.Database.Prepare("INSERT INTO upload (id, key, initiated, storage_class, http, custom) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, id).Bind(2, Encoding.UTF8.GetBytes(put.Key)).Bind(3, now).Bind(4, put.StorageClass ?? tables.StorageClass);
        if (R2Records.Write(put.Http) is { } http) insert.Bind(5, http);
        if (R2Records.Write(put.Custom) is { } custom) insert.Bind(6, custom);
        insert.Run();
        return id;
    }

    /// <summary>Stores a part, instead of one of the same number.</summary>
    public static R2Part Put(R2Tables tables, R2PartPut put, R2Content content, long now)
    {
        _ = UnderWay(tables, put.Key, put.UploadId) ?? throw R2Exception.NoUpload();
        var earlier = tables.Column("SELECT blob FROM upload_part WHERE upload = ?1 AND number = ?2", row => row.Bind(1, put.UploadId).Bind(2, put.Number));
        foreach (var blob in earlier) tables.Discard(blob);
        var part = new R2Part(put.Number, content.Checksums.Md5!, content.Size, now);
        tables.Database.Prepare("INSERT OR REPLACE INTO upload_part (upload, number, blob, size, etag, uploaded) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")
            .Bind(1, put.UploadId).Bind(2, part.Number).Bind(3, content.Blob!).Bind(4, part.Size).Bind(5, part.ETag).Bind(6, part.Uploaded).Run();
        tables.Named.Add(content.Blob!);
        return part;
    }

    /// <summary>Makes the object; parts that it has not are dropped.</summary>
    public static R2Object Complete(R2Tables tables, string key, string uploadId, IReadOnlyList<R2PartName> names, long now)
    {
        var upload = UnderWay(tables, key, uploadId) ?? throw R2Exception.NoUpload();
        var parts = Choose(Parts(tables, uploadId), names);
        var there = tables.Find(key);
        var size = parts.Sum(part => part.Size);
        if (size > R2Rules.MaxObjectBytes) throw R2Exception.TooLarge();
        tables.CheckRoom(size, there);
        var stored = new R2Object
        {
            Key = key,
            Version = R2Folder.NewId(),
            Size = size,
            ETag = ETag(parts),
            Uploaded = now,
            StorageClass = upload.StorageClass,
            Http = upload.Http,
            Custom = upload.Custom,
        };
        var id = tables.Replace(stored, there, blob: null, parts.Count, content: null);
        for (var i = 0; i < parts.Count; i++)
        {
            tables.Database.Prepare("INSERT INTO object_part (object, position, blob, size) VALUES (?1, ?2, ?3, ?4)")
                .Bind(1, id).Bind(2, i).Bind(3, parts[i].Blob).Bind(4, parts[i].Size).Run();
            tables.Database.Prepare("DELETE FROM upload_part WHERE upload = ?1 AND number = ?2").Bind(1, uploadId).Bind(2, parts[i].Number).Run();
        }

        End(tables, uploadId, now);
        return stored;
    }

    /// <summary>Drops an upload; one that has ended stays as it is.</summary>
    public static bool Abort(R2Tables tables, string key, string uploadId, long now)
    {
        if (UnderWay(tables, key, uploadId) is not null)
        {
            End(tables, uploadId, now);
            return true;
        }

        var known = tables.Column("SELECT id FROM upload WHERE id = ?1 AND key = ?2", row => row.Bind(1, uploadId).Bind(2, Encoding.UTF8.GetBytes(key)));
        return known.Count > 0 ? true : throw R2Exception.NoUpload();
    }

    /// <summary>Ends an upload that is under way: its parts are dropped, and it is remembered that it was there.</summary>
    public static void End(R2Tables tables, string uploadId, long now)
    {
        foreach (var blob in tables.Column("SELECT blob FROM upload_part WHERE upload = ?1", row => row.Bind(1, uploadId))) tables.Discard(blob);
        tables.Database.Prepare("DELETE FROM upload_part WHERE upload = ?1").Bind(1, uploadId).Run();
        tables.Database.Prepare("UPDATE upload SET ended = ?2 WHERE id = ?1").Bind(1, uploadId).Bind(2, now).Run();
    }

    private static UploadRow? UnderWay(R2Tables tables, string key, string uploadId)
    {
        var row = tables.Database.Prepare("SELECT storage_class, http, custom FROM upload WHERE id = ?1 AND key = ?2 AND ended IS NULL")
            .Bind(1, uploadId).Bind(2, Encoding.UTF8.GetBytes(key));
        var found = row.Step() ? new UploadRow(row.Text(0), R2Records.Http(row, 1), R2Records.Custom(row, 2)) : null;
        row.Reset();
        return found;
    }

    private static Dictionary<int, PartRow> Parts(R2Tables tables, string uploadId)
    {
        var row = tables.Database.Prepare("SELECT number, blob, size, etag FROM upload_part WHERE upload = ?1").Bind(1, uploadId);
        var found = new Dictionary<int, PartRow>();
        while (row.Step()) found[(int)row.Int64(0)] = new PartRow((int)row.Int64(0), row.Text(1), row.Int64(2), row.Text(3));
        row.Reset();
        return found;
    }

    // All but the last have the same length, and that is no short one.
    private static List<PartRow> Choose(Dictionary<int, PartRow> uploaded, IReadOnlyList<R2PartName> names)
    {
        var parts = new List<PartRow>(names.Count);
        foreach (var name in names.OrderBy(name => name.Number))
        {
            if (!uploaded.TryGetValue(name.Number, out var part) || part.ETag != name.ETag.Trim('"')) throw R2Exception.InvalidPart();
            if (parts.Count > 0 && parts[^1].Number == part.Number) throw R2Exception.BadUpload();
            parts.Add(part);
        }

        if (parts.Count == 0) throw R2Exception.BadUpload();
        foreach (var part in parts.SkipLast(1))
        {
            if (part.Size < R2Rules.MinPartBytes) throw R2Exception.TooSmall();
            if (part.Size != parts[0].Size) throw R2Exception.BadUpload();
        }

        return parts[^1].Size > parts[0].Size ? throw R2Exception.BadUpload() : parts;
    }

    private static string ETag(List<PartRow> parts)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        foreach (var part in parts) md5.AppendData(Convert.FromHexString(part.ETag));
        return string.Create(CultureInfo.InvariantCulture, $"{Convert.ToHexStringLower(md5.GetHashAndReset())}-{parts.Count}");
    }

    private sealed record UploadRow(string StorageClass, R2HttpMetadata Http, IReadOnlyDictionary<string, string> Custom);

    private sealed record PartRow(int Number, string Blob, long Size, string ETag);
}
