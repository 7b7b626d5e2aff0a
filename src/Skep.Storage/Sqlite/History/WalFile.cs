using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;

namespace Skep.Storage.Sqlite.History;

/// <summary>SQLite's write-ahead log, read beside SQLite (https://sqlite.org/fileformat2.html#walformat). Closing it takes no lock from
/// SQLite: that has none on it.</summary>
internal sealed class WalFile : IDisposable
{
    private const int HeaderLength = 32;
    private const int FrameHeaderLength = 24;
    private const uint LittleEndianMagic = 0x377f0682;

    private readonly SafeFileHandle _file;
    private readonly bool _isBigEndian;
    private (uint, uint) _sum;

    private WalFile(SafeFileHandle file, ReadOnlySpan<byte> header)
    {
        _file = file;
        _isBigEndian = (BinaryPrimitives.ReadUInt32BigEndian(header) & 1) != 0;
        PageSize = (int)BinaryPrimitives.ReadUInt32BigEndian(header[8..]);
        Salt = BinaryPrimitives.ReadUInt64BigEndian(header[16..]);
        _sum = Sum(header[..24], default);
    }

    public int PageSize { get; }

    /// <summary>Changes whenever the log begins anew.</summary>
    public ulong Salt { get; }

    /// <summary>Opens the log of a database; null when there is none, or nothing in it.</summary>
    public static WalFile? Open(string database)
    {
        SafeFileHandle file;
        try
        {
            file = File.OpenHandle(database + "-wal", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        }
        catch (FileNotFoundException)
        {
            return null;
        }

        Span<byte> header = stackalloc byte[HeaderLength];
        if (RandomAccess.Read(file, header, 0) == HeaderLength && (BinaryPrimitives.ReadUInt32BigEndian(header) & ~1u) == LittleEndianMagic)
        {
            WalFile log = new(file, header);
            if (log._sum == (BinaryPrimitives.ReadUInt32BigEndian(header[24..]), BinaryPrimitives.ReadUInt32BigEndian(header[28..]))) return log;
        }

        file.Dispose();
        return null;
    }

    /// <summary>The head of a frame, numbered from 1: which page it has and, of a commit's last frame, how many pages the database has then.</summary>
    public WalFrame Frame(uint number)
    {
        Span<byte> head = stackalloc byte[FrameHeaderLength];
        return RandomAccess.Read(_file, head, OffsetOf(number)) == FrameHeaderLength && BinaryPrimitives.ReadUInt64BigEndian(head[8..]) == Salt
            ? new WalFrame(BinaryPrimitives.ReadUInt32BigEndian(head), BinaryPrimitives.ReadUInt32BigEndian(head[4..]))
            : throw new InvalidDataException($"Frame {number} of the write-ahead log is not there.");
    }

    /// <summary>The page of a frame.</summary>
    public void ReadPage(uint number, Span<byte> page)
    {
        if (RandomAccess.Read(_file, page, OffsetOf(number) + FrameHeaderLength) != page.Length)
            throw new InvalidDataException($"Frame {number} of the write-ahead log is cut off.");
    }

    /// <summary>How many frames have been committed, found as SQLite finds it after a crash: up to the last commit whose sums are right.</summary>
    public uint CountCommitted()
    {
        var frame = new byte[FrameHeaderLength + PageSize];
        var (sum, committed) = (_sum, 0u);
        for (var number = 1u; RandomAccess.Read(_file, frame, OffsetOf(number)) == frame.Length; number++)
        {
            if (BinaryPrimitives.ReadUInt64BigEndian(frame.AsSpan(8)) != Salt) break;
            sum = Sum(frame.AsSpan(FrameHeaderLength), Sum(frame.AsSpan(0, 8), sum));
            if (sum != (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(16)), BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(20)))) break;
            if (BinaryPrimitives.ReadUInt32BigEndian(frame.AsSpan(4)) != 0) committed = number;
        }

        return committed;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private long OffsetOf(uint number) => HeaderLength + ((long)(number - 1) * (FrameHeaderLength + PageSize));

    private (uint, uint) Sum(ReadOnlySpan<byte> data, (uint First, uint Second) sum)
    {
        for (var i = 0; i < data.Length; i += 8)
        {
            sum.First += Word(data[i..]) + sum.Second;
            sum.Second += Word(data[(i + 4)..]) + sum.First;
        }

        return sum;
    }

    private uint Word(ReadOnlySpan<byte> data) => _isBigEndian ? BinaryPrimitives.ReadUInt32BigEndian(data) : BinaryPrimitives.ReadUInt32LittleEndian(data);
}

/// <summary>The head of a frame of the log.</summary>
/// <param name="Page">The page, numbered from 1.</param>
/// <param name="DatabasePages">The database's pages after this commit; 0 when the commit goes on.</param>
internal readonly record struct WalFrame(uint Page, uint DatabasePages);
