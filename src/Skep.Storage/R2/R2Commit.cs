using Skep.Abstractions.R2;
using Skep.Storage.Sqlite;

namespace Skep.Storage.R2;

/// <summary>A change of a bucket that waits for the disk.</summary>
internal abstract class R2Change : ICommit
{
    private R2Exception? _refusal;

    /// <inheritdoc/>
    public abstract long Bytes { get; }

    /// <summary>Does it inside of a transaction. What the tables refuse is refused before anything is written, and concerns nobody else.</summary>
    public void Apply(R2Tables tables)
    {
        _refusal = null;
        try
        {
            Do(tables);
        }
        catch (R2Exception refused)
        {
            _refusal = refused;
        }
    }

    /// <inheritdoc/>
    public void Succeed()
    {
        if (_refusal is { } refused) Fail(refused);
        else Done();
    }

    /// <inheritdoc/>
    public abstract void Fail(Exception failure);

    protected abstract void Do(R2Tables tables);

    protected abstract void Done();
}

/// <summary>A change with a result.</summary>
/// <param name="apply">Does it.</param>
/// <param name="bytes">What it adds to a transaction, about.</param>
internal sealed class R2Commit<T>(Func<R2Tables, T> apply, long bytes = 256) : R2Change
{
    private readonly TaskCompletionSource<T> _source = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T _result = default!;

    /// <inheritdoc/>
    public override long Bytes => bytes;

    /// <summary>Ends when it is on the disk, or is not done.</summary>
    public Task<T> Task => _source.Task;

    /// <inheritdoc/>
    public override void Fail(Exception failure) => _source.SetException(failure);

    protected override void Do(R2Tables tables) => _result = apply(tables);

    protected override void Done() => _source.SetResult(_result);
}
