using System.Buffers.Binary;
using System.Text;
using Microsoft.Win32.SafeHandles;
using Skep.Abstractions.Channels;

namespace Skep.Edge.Caching;

/// <summary>A cached response as a file: the body, then what is known of it, then where that begins and its checksum. The end is written
/// last, so that a file without a valid one is no entry.</summary>
internal static class CacheFileFormat
{
    private const int FooterSize = 24;
    private const int LongestDescription = 8 << 20;
    private const ulong Magic = 0x3130_4543_4143_4b53; // "SKCACE01"

    /// <summary>Writes what follows the body.</summary>
    public static void WriteEnd(SafeFileHandle file, CacheEntry entry, ReadOnlySpan<uint> checksums)
    {
        using var buffer = new MemoryStream();
        using var writer = new BinaryWriter(buffer, Encoding.UTF8);
        writer.Write(entry.Key.Namespace);
        writer.Write(entry.Key.Url);
        writer.Write(entry.RequestedUrl ?? "");
        writer.Write(entry.FinalUrl ?? "");
        writer.Write(entry.Status);
        writer.Write(entry.StatusText);
        Write(writer, entry.Headers);
        Write(writer, [.. entry.Varies.SelectMany(vary => new[] { vary.Name, vary.Value is null ? "-" : "+" + vary.Value })]);
        Write(writer, entry.Tags);
        writer.Write(entry.Freshness.Born.UtcTicks);
        writer.Write(entry.Freshness.StaleAt.UtcTicks);
        writer.Write(entry.StaleWhileRevalidate.Ticks);
        writer.Write(entry.StaleIfError.Ticks);
        writer.Write(checksums.Length);
        foreach (var checksum in checksums) writer.Write(checksum);
        writer.Flush();
        var description = buffer.GetBuffer().AsSpan(0, (int)buffer.Length);
        Span<byte> footer = stackalloc byte[FooterSize];
        BinaryPrimitives.WriteInt64LittleEndian(footer, entry.Body.Length);
        BinaryPrimitives.WriteInt32LittleEndian(footer[8..], description.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(footer[12..], Checksum.Of(description));
        BinaryPrimitives.WriteUInt64LittleEndian(footer[16..], Magic);
        RandomAccess.Write(file, description, entry.Body.Length);
        RandomAccess.Write(file, footer, entry.Body.Length + description.Length);
    }

    /// <summary>The entry that a file holds; null when it holds none that is whole.</summary>
    public static CacheEntry? Read(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var length = RandomAccess.GetLength(file);
        if (length < FooterSize) return null;
        Span<byte> footer = stackalloc byte[FooterSize];
        if (RandomAccess.Read(file, footer, length - FooterSize) != FooterSize || BinaryPrimitives.ReadUInt64LittleEndian(footer[16..]) != Magic) return null;
        var bodyLength = BinaryPrimitives.ReadInt64LittleEndian(footer);
        var descriptionLength = BinaryPrimitives.ReadInt32LittleEndian(footer[8..]);
        if (descriptionLength is <= 0 or > LongestDescription || bodyLength < 0 || bodyLength != length - FooterSize - descriptionLength) return null;
        var description = new byte[descriptionLength];
        if (RandomAccess.Read(file, description, bodyLength) != descriptionLength || Checksum.Of(description) != BinaryPrimitives.ReadUInt32LittleEndian(footer[12..])) return null;
        return Read(path, bodyLength, description);
    }

    // Its checksum is right, so this is what was written.
    private static CacheEntry? Read(string path, long bodyLength, byte[] description)
    {
        using var reader = new BinaryReader(new MemoryStream(description), Encoding.UTF8);
        var key = new CacheKey(reader.ReadString(), reader.ReadString());
        var requestedUrl = reader.ReadString();
        var finalUrl = reader.ReadString();
        var (status, statusText) = (reader.ReadInt32(), reader.ReadString());
        var headers = ReadStrings(reader);
        var varies = ReadStrings(reader).Chunk(2).Select(pair => (pair[0], pair[1] == "-" ? null : pair[1][1..])).ToList();
        var tags = ReadStrings(reader);
        var (born, staleAt) = (new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero), new DateTimeOffset(reader.ReadInt64(), TimeSpan.Zero));
        var (whileRevalidate, ifError) = (TimeSpan.FromTicks(reader.ReadInt64()), TimeSpan.FromTicks(reader.ReadInt64()));
        var checksums = new uint[reader.ReadInt32()];
        if (checksums.Length != (bodyLength + CacheFile.BlockSize - 1) / CacheFile.BlockSize) return null;
        for (var i = 0; i < checksums.Length; i++) checksums[i] = reader.ReadUInt32();
        return new CacheEntry
        {
            Key = key,
            RequestedUrl = requestedUrl.Length == 0 ? null : requestedUrl,
            FinalUrl = finalUrl.Length == 0 ? null : finalUrl,
            Status = status,
            StatusText = statusText,
            Headers = headers,
            Varies = varies,
            Tags = tags,
            Freshness = new Freshness(born, staleAt),
            StaleWhileRevalidate = whileRevalidate,
            StaleIfError = ifError,
            Body = new CachedBody(new CacheFile(path, null, bodyLength, checksums)),
        };
    }

    private static void Write(BinaryWriter writer, IReadOnlyList<string> texts)
    {
        writer.Write(texts.Count);
        foreach (var text in texts) writer.Write(text);
    }

    private static List<string> ReadStrings(BinaryReader reader)
    {
        var texts = new List<string>();
        for (var count = reader.ReadInt32(); count > 0; count--) texts.Add(reader.ReadString());
        return texts;
    }
}
