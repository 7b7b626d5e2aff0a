namespace Skep.Testing;

/// <summary>A body that breaks off before its first byte.</summary>
public sealed class BrokenStream(Exception failure) : MemoryStream
{
    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromException<int>(failure);
}
