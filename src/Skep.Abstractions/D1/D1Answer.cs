using System.Buffers;

namespace Skep.Abstractions.D1;

/// <summary>Results of queries. Their memory is borrowed from a pool until it is disposed of.</summary>
public sealed class D1Answer : IDisposable
{
    private readonly int _length;
    private byte[]? _rented;

    /// <param name="rented">An array of <see cref="ArrayPool{T}.Shared"/>, which this object gives back.</param>
    /// <param name="length">Bytes of JSON at its beginning.</param>
    /// <param name="rowsRead">Rows that were read.</param>
    /// <param name="rowsWritten">Rows that were written.</param>
    /// <param name="bookmark">The state after the queries, when that was asked for.</param>
    public D1Answer(byte[] rented, int length, long rowsRead, long rowsWritten, string? bookmark)
    {
        _rented = rented;
        _length = length;
        RowsRead = rowsRead;
        RowsWritten = rowsWritten;
        Bookmark = bookmark;
    }

    /// <summary>The results in the shape that was asked for: UTF-8.</summary>
    public ReadOnlyMemory<byte> Json => (_rented ?? throw new ObjectDisposedException(nameof(D1Answer))).AsMemory(0, _length);

    /// <summary>Rows that were read.</summary>
    public long RowsRead { get; }

    /// <summary>Rows that were written.</summary>
    public long RowsWritten { get; }

    /// <summary>The state after the queries, when that was asked for.</summary>
    public string? Bookmark { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
    }
}
