namespace Skep.Supervision;

/// <summary>The request log of all worker processes: one writes at a time.</summary>
internal sealed class SharedLog(Stream output) : IAsyncDisposable
{
    private readonly SemaphoreSlim _alone = new(1);

    /// <summary>Writes whole lines.</summary>
    public async Task WriteAsync(ReadOnlyMemory<byte> lines)
    {
        await _alone.WaitAsync();
        try
        {
            await output.WriteAsync(lines);
            await output.FlushAsync();
        }
        finally
        {
            _alone.Release();
        }
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => output.DisposeAsync();
}
