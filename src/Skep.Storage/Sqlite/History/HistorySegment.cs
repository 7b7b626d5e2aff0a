using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Skep.Storage.Files;

namespace Skep.Storage.Sqlite.History;

/// <summary>A stretch of history in a file: the pages as they were before it, and the frames of its log. With the first one goes back from its
/// end to its beginning, with the second from there to any of its commits.</summary>
internal sealed class HistorySegment : IDisposable
{
    private const int HeadLength = 64;
    private const int CommitLength = 16;
    private const int DigestLength = 32;
    private static readonly byte[] Magic = "SKEPHIS1"u8.ToArray();

    private readonly SafeFileHandle _file;
    private readonly long _pages;

    private HistorySegment(string path, SafeFileHandle file, ReadOnlySpan<byte> head)
    {
        Path = path;
        _file = file;
        PageSize = BinaryPrimitives.ReadInt32LittleEndian(head[8..]);
        Number = BinaryPrimitives.ReadUInt32LittleEndian(head[12..]);
        Salt = BinaryPrimitives.ReadUInt64LittleEndian(head[16..]);
        PagesBefore = BinaryPrimitives.ReadUInt32LittleEndian(head[24..]);
        var (before, frames, commits) = (Count(head, 28), Count(head, 32), Count(head, 36));
        var tables = new byte[(before * sizeof(uint)) + (frames * sizeof(uint)) + (commits * CommitLength)];
        if (RandomAccess.Read(file, tables, HeadLength) != tables.Length) throw Damaged(path);
        Before = [.. MemoryMarshal.Cast<byte, uint>(tables.AsSpan(0, before * sizeof(uint)))];
        Frames = [.. MemoryMarshal.Cast<byte, uint>(tables.AsSpan(before * sizeof(uint), frames * sizeof(uint)))];
        var list = ImmutableArray.CreateBuilder<HistoryCommit>(commits);
        for (var at = (before + frames) * sizeof(uint); at < tables.Length; at += CommitLength)
        {
            var commit = tables.AsSpan(at);
            list.Add(new HistoryCommit(BinaryPrimitives.ReadUInt32LittleEndian(commit), BinaryPrimitives.ReadUInt32LittleEndian(commit[4..]), BinaryPrimitives.ReadInt64LittleEndian(commit[8..])));
        }

        Commits = list.MoveToImmutable();
        _pages = HeadLength + tables.Length;
    }

    public string Path { get; }

    public int PageSize { get; }

    public uint Number { get; }

    /// <summary>The log's.</summary>
    public ulong Salt { get; }

    /// <summary>How many pages the database had before.</summary>
    public uint PagesBefore { get; }

    /// <summary>The pages that are kept as they were before.</summary>
    public ImmutableArray<uint> Before { get; }

    /// <summary>The page of each frame of the log.</summary>
    public ImmutableArray<uint> Frames { get; }

    /// <summary>The commits, oldest first.</summary>
    public ImmutableArray<HistoryCommit> Commits { get; }

    /// <summary>Opens a segment.</summary>
    /// <exception cref="InvalidDataException">It is damaged.</exception>
    public static HistorySegment Open(string path)
    {
        var file = File.OpenHandle(path);
        try
        {
            Span<byte> head = stackalloc byte[HeadLength];
            return RandomAccess.Read(file, head, 0) == HeadLength && head.StartsWith(Magic) ? new HistorySegment(path, file, head) : throw Damaged(path);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Writes the segment of a log: waits for the disk.</summary>
    /// <param name="path">Its file.</param>
    /// <param name="number">Its number.</param>
    /// <param name="log">The log.</param>
    /// <param name="commits">The log's commits.</param>
    /// <param name="pagesBefore">How many pages the database had before.</param>
    /// <param name="before">The pages to keep as they were, and where each is read.</param>
    public static void Write(string path, uint number, WalFile log, IReadOnlyList<HistoryCommit> commits, uint pagesBefore, IReadOnlyList<(uint Page, Action<Memory<byte>> Read)> before)
    {
        var frames = commits.Count == 0 ? 0 : commits[^1].Frame;
        var head = new byte[HeadLength];
        Magic.CopyTo(head, 0);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(8), log.PageSize);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(12), number);
        BinaryPrimitives.WriteUInt64LittleEndian(head.AsSpan(16), log.Salt);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(24), pagesBefore);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(28), (uint)before.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(32), frames);
        BinaryPrimitives.WriteUInt32LittleEndian(head.AsSpan(36), (uint)commits.Count);
        DurableFile.Write(path, file =>
        {
            using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            Put(head);
            var word = new byte[CommitLength];
            foreach (var (page, _) in before) PutWord(page);
            for (var frame = 1u; frame <= frames; frame++) PutWord(log.Frame(frame).Page);
            foreach (var commit in commits)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(word, commit.Frame);
                BinaryPrimitives.WriteUInt32LittleEndian(word.AsSpan(4), commit.DatabasePages);
                BinaryPrimitives.WriteInt64LittleEndian(word.AsSpan(8), commit.Time);
                Put(word);
            }

            var content = new byte[log.PageSize];
            foreach (var (_, read) in before)
            {
                read(content);
                Put(content);
            }

            for (var frame = 1u; frame <= frames; frame++)
            {
                log.ReadPage(frame, content);
                Put(content);
            }

            file.Write(digest.GetHashAndReset());

            void PutWord(uint value)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(word, value);
                Put(word.AsSpan(0, sizeof(uint)));
            }

            void Put(ReadOnlySpan<byte> bytes)
            {
                digest.AppendData(bytes);
                file.Write(bytes);
            }
        });
    }

    /// <summary>A page as it was before.</summary>
    public void ReadBefore(int index, Span<byte> page) => Read(index, page);

    /// <summary>The page of a frame, numbered from 1.</summary>
    public void ReadFrame(uint frame, Span<byte> page) => Read(Before.Length + (long)frame - 1, page);

    /// <summary>Finds out whether the file is as it was written.</summary>
    /// <exception cref="InvalidDataException">It is not.</exception>
    public void Verify()
    {
        using FileStream all = new(Path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new byte[128 << 10];
        for (var left = all.Length - DigestLength; left > 0;)
        {
            var read = all.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            if (read == 0) throw Damaged(Path);
            digest.AppendData(buffer, 0, read);
            left -= read;
        }

        var written = new byte[DigestLength];
        if (all.ReadAtLeast(written, DigestLength, throwOnEndOfStream: false) != DigestLength || !digest.GetHashAndReset().AsSpan().SequenceEqual(written)) throw Damaged(Path);
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private void Read(long index, Span<byte> page)
    {
        if (RandomAccess.Read(_file, page, _pages + (index * PageSize)) != page.Length) throw Damaged(Path);
    }

    private static int Count(ReadOnlySpan<byte> head, int at) => checked((int)BinaryPrimitives.ReadUInt32LittleEndian(head[at..]));

    private static InvalidDataException Damaged(string path) => new($"The history file {path} is damaged.");
}
