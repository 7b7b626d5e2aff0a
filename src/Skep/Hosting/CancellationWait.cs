namespace Skep.Hosting;

/// <summary>Waiting for a token as for anything else.</summary>
internal static class CancellationWait
{
    /// <summary>Ends, without an error, when the token is cancelled.</summary>
    public static async Task Ended(this CancellationToken token)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (token.UnsafeRegister(static source => ((TaskCompletionSource)source!).TrySetResult(), ended)) await ended.Task;
    }
}
