using System.Buffers;

namespace Skep.Runtime.HtmlRewriting;

/// <summary>Bytes on their way out.</summary>
internal sealed class OutputBuffer : IDisposable
{
    private byte[] bytes = [];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public void Add(scoped ReadOnlySpan<byte> more)
    {
        more.CopyTo(Room(more.Length));
        Length += more.Length;
    }

    /// <summary>Space for at least so many bytes; <see cref="Advance"/> says how many were used.</summary>
    public Span<byte> Room(int count)
    {
        if (bytes.Length - Length < count)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(Length + count, bytes.Length * 2));
            Written.CopyTo(larger);
            Dispose();
            bytes = larger;
        }

        return bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    public void Clear() => Length = 0;

    public void Dispose()
    {
        if (bytes.Length > 0) ArrayPool<byte>.Shared.Return(bytes);
        bytes = [];
    }
}
