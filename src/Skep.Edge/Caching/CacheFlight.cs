namespace Skep.Edge.Caching;

/// <summary>One request to an origin that others wait for who want the same.</summary>
internal sealed class CacheFlight
{
    private readonly TaskCompletionSource<Func<IReadOnlyList<string>, RecordingResponse?>?> _boarded = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What the response's head told: how to get one's own copy of it; null when there is nothing to share.</summary>
    public Task<Func<IReadOnlyList<string>, RecordingResponse?>?> Shared => _boarded.Task;

    /// <summary>Tells those who wait. Only the first word counts.</summary>
    public void Tell(Func<IReadOnlyList<string>, RecordingResponse?>? share) => _boarded.TrySetResult(share);
}
