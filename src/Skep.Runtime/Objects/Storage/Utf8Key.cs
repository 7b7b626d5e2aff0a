using System.Buffers;
using Skep.V8;

namespace Skep.Runtime.Objects.Storage;

/// <summary>A key in UTF-8, for the time of an op.</summary>
internal readonly ref struct Utf8Key
{
    private readonly byte[] _rented;

    public Utf8Key(JsValue text)
    {
        _rented = ArrayPool<byte>.Shared.Rent((int)Math.Min(text.Utf8Length + 1, int.MaxValue));
        Bytes = _rented.AsSpan(0, text.CopyUtf8(_rented));
    }

    public ReadOnlySpan<byte> Bytes { get; }

    public void Dispose() => ArrayPool<byte>.Shared.Return(_rented);
}
