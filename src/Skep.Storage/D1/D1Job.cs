using Skep.Abstractions.D1;

namespace Skep.Storage.D1;

/// <summary>Something that the thread that writes a database is to do.</summary>
internal abstract class D1Job
{
    /// <summary>It could not be done.</summary>
    public abstract void Fail(Exception failure);
}

/// <summary>Queries that may write.</summary>
/// <param name="queries">What <see cref="D1QueryWriter"/> wrote.</param>
internal sealed class D1Write(ReadOnlyMemory<byte> queries) : D1Job
{
    private readonly TaskCompletionSource<D1Answer> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<D1Answer> Task => _done.Task;

    public ReadOnlyMemory<byte> Queries => queries;

    public bool WantsBookmark => ((D1Flags)queries.Span[1]).HasFlag(D1Flags.Bookmark);

    /// <summary>Its results, until they are committed.</summary>
    public D1Run? Run { get; set; }

    /// <summary>It is committed.</summary>
    public void Complete(string? bookmark)
    {
        using (Run) _done.SetResult(Run!.ToAnswer(bookmark));
        Run = null;
    }

    /// <inheritdoc/>
    public override void Fail(Exception failure)
    {
        Run?.Dispose();
        Run = null;
        _done.SetException(failure);
    }
}

/// <summary>Something that is done between transactions.</summary>
internal sealed class D1Task<T>(Func<T> work) : D1Job, ID1Task
{
    private readonly TaskCompletionSource<T> _done = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Task<T> Task => _done.Task;

    /// <inheritdoc/>
    public void Run() => _done.SetResult(work());

    /// <inheritdoc/>
    public override void Fail(Exception failure) => _done.SetException(failure);
}

/// <summary>A <see cref="D1Task{T}"/> of any kind.</summary>
internal interface ID1Task
{
    /// <summary>Does it.</summary>
    void Run();
}
