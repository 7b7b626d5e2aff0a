using System.Buffers;

namespace Skep.Abstractions.Kv;

/// <summary>A value with what was stored beside it. Its memory is borrowed from a pool until it is disposed of.</summary>
public sealed class KvEntry : IDisposable
{
    private readonly int _length;
    private byte[]? _rented;

    /// <param name="rented">An array of <see cref="ArrayPool{T}.Shared"/>, which this object gives back.</param>
    /// <param name="length">Bytes of the value at its beginning.</param>
    /// <param name="expiration">When it expires, in seconds since 1970, or null.</param>
    /// <param name="metadata">JSON, or null.</param>
    public KvEntry(byte[] rented, int length, long? expiration, string? metadata)
    {
        _rented = rented;
        _length = length;
        Expiration = expiration;
        Metadata = metadata;
    }

    /// <summary>The value.</summary>
    public ReadOnlyMemory<byte> Value => (_rented ?? throw new ObjectDisposedException(nameof(KvEntry))).AsMemory(0, _length);

    /// <summary>When it expires, in seconds since 1970, or null.</summary>
    public long? Expiration { get; }

    /// <summary>JSON, or null.</summary>
    public string? Metadata { get; }

    /// <summary>A pair with a copy of the value.</summary>
    public static KvEntry Copy(ReadOnlySpan<byte> value, long? expiration, string? metadata)
    {
        var rented = ArrayPool<byte>.Shared.Rent(value.Length);
        value.CopyTo(rented);
        return new KvEntry(rented, value.Length, expiration, metadata);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _rented, null) is { } rented) ArrayPool<byte>.Shared.Return(rented);
    }
}
