using System.IO.MemoryMappedFiles;
using System.Net;
using System.Net.Sockets;
using Skep.Edge.Transport;

namespace Skep.Edge.Geography;

/// <summary>A MaxMind DB: a binary tree over the bits of addresses, whose leaves point to records
/// (https://maxmind.github.io/MaxMind-DB/). The file is mapped, not read; whatever it says is checked before it is believed.</summary>
internal sealed unsafe class MmdbFile : IDisposable
{
    private const int MajorVersion = 2;
    private const int Separator = 16;
    private const int LongestMetadata = 128 << 10;
    private const int V4BitsInV6 = 96;

    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _bytes;
    private readonly int _length;
    private readonly int _nodes;
    private readonly int _nodeSize;
    private readonly bool _isV6;
    private readonly int _v4Root;

    private MmdbFile(string path)
    {
        long length = new FileInfo(path).Length;
        if (length is 0 or > int.MaxValue)
            throw new InvalidDataException($"{path} is no MaxMind DB: it has {length} bytes.");
        _length = (int)length;
        _file = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _file.CreateViewAccessor(0, length, MemoryMappedFileAccess.Read);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _bytes);
        try
        {
            (_nodes, _nodeSize, _isV6, Type) = ReadMetadata();
            DataStart = checked((_nodes * _nodeSize) + Separator);
            if (DataStart > _length)
                throw new InvalidDataException("the tree is longer than the file");
            _v4Root = _isV6 ? WalkZeros() : 0;
        }
        catch (Exception broken) when (broken is InvalidDataException or OverflowException)
        {
            Dispose();
            throw new InvalidDataException($"{path} is no MaxMind DB that can be used: {broken.Message}.", broken);
        }
    }

    private static ReadOnlySpan<byte> Marker => [0xab, 0xcd, 0xef, (byte)'M', (byte)'a', (byte)'x', (byte)'M', (byte)'i', (byte)'n', (byte)'d', (byte)'.', (byte)'c', (byte)'o', (byte)'m'];

    /// <summary>What it says it is, e.g. <c>GeoLite2-City</c>.</summary>
    public string Type { get; }

    private int DataStart { get; }

    private ReadOnlySpan<byte> Bytes => new(_bytes, _length);

    /// <summary>Maps a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is no MaxMind DB; the message says why.</exception>
    public static MmdbFile Open(string path) => new(path);

    /// <summary>Where the record of an address is; 0 when there is none.</summary>
    /// <exception cref="InvalidDataException">The tree is broken there.</exception>
    public int Find(IPAddress address)
    {
        address = address.Unmapped();
        bool isV4 = address.AddressFamily == AddressFamily.InterNetwork;
        if (!isV4 && !_isV6)
            return 0;
        Span<byte> bits = stackalloc byte[16];
        address.TryWriteBytes(bits, out int length);
        int node = isV4 ? _v4Root : 0;
        for (int bit = 0; bit < length * 8 && node < _nodes; bit++)
            node = Child(node, (bits[bit >> 3] >> (7 - (bit & 7))) & 1);
        if (node == _nodes)
            return 0;
        if (node < _nodes)
            throw new InvalidDataException("the tree is deeper than an address is long");
        int offset = checked(node - _nodes - Separator + DataStart);
        return offset >= DataStart && offset < _length ? offset : throw new InvalidDataException("the tree points outside of the data");
    }

    /// <summary>The record at a place that <see cref="Find"/> gave.</summary>
    /// <exception cref="InvalidDataException">It is broken.</exception>
    public object Read(int offset) => new MmdbDecoder(Bytes, DataStart).Read(offset);

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _file.Dispose();
    }

    private (int Nodes, int NodeSize, bool IsV6, string Type) ReadMetadata()
    {
        int from = Math.Max(0, _length - LongestMetadata);
        int marker = Bytes[from..].LastIndexOf(Marker);
        if (marker < 0)
            throw new InvalidDataException("it has no metadata");
        int start = from + marker + Marker.Length;
        if (start >= _length || new MmdbDecoder(Bytes, start).Read(start) is not Dictionary<string, object> metadata)
            throw new InvalidDataException("its metadata is no map");
        long version = Number(metadata, "binary_format_major_version");
        long nodes = Number(metadata, "node_count");
        long recordSize = Number(metadata, "record_size");
        long ipVersion = Number(metadata, "ip_version");
        if (version != MajorVersion)
            throw new InvalidDataException($"it is of format version {version}, not {MajorVersion}");
        if (recordSize is not (24 or 28 or 32) || ipVersion is not (4 or 6) || nodes is <= 0 or > int.MaxValue / 8)
            throw new InvalidDataException($"its tree has {nodes} nodes of {recordSize} bits for IP version {ipVersion}");
        return ((int)nodes, (int)recordSize / 4, ipVersion == 6, metadata.GetValueOrDefault("database_type") as string ?? "");
    }

    private static long Number(Dictionary<string, object> metadata, string name) => metadata.GetValueOrDefault(name) is ulong and <= int.MaxValue and var number
        ? (long)number
        : throw new InvalidDataException($"its metadata has no {name}");

    private int WalkZeros()
    {
        int node = 0;
        for (int bit = 0; bit < V4BitsInV6 && node < _nodes; bit++)
            node = Child(node, 0);
        return node;
    }

    private int Child(int node, int side)
    {
        ReadOnlySpan<byte> at = Bytes.Slice(node * _nodeSize, _nodeSize);
        uint record = _nodeSize switch
        {
            6 => side == 0 ? Three(at) : Three(at[3..]),
            7 => side == 0 ? Three(at) | ((uint)(at[3] & 0xf0) << 20) : Three(at[4..]) | ((uint)(at[3] & 0xf) << 24),
            _ => System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(at[(4 * side)..]),
        };
        return record <= int.MaxValue ? (int)record : throw new InvalidDataException("a record of the tree points too far");
    }

    private static uint Three(ReadOnlySpan<byte> at) => (uint)((at[0] << 16) | (at[1] << 8) | at[2]);
}
