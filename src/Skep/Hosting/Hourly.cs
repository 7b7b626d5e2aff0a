namespace Skep.Hosting;

/// <summary>What a server does at its start, and then every hour.</summary>
internal static class Hourly
{
    /// <summary>Does it until the server goes down. It reports its failures itself.</summary>
    public static async Task RunAsync(Func<Task> work, TimeProvider time, CancellationToken stop)
    {
        using var hourly = new PeriodicTimer(TimeSpan.FromHours(1), time);
        try
        {
            do await work();
            while (await hourly.WaitForNextTickAsync(stop));
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // The server goes down.
        }
    }
}
