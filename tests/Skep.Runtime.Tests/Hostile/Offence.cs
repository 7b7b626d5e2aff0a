using System.Diagnostics;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Hostile;

/// <summary>Lets a worker misbehave beside a well-behaved one.</summary>
internal static class Offence
{
    public const string CpuExceeded = "1102 Worker exceeded CPU time limit.";

    public const string MemoryExceeded = "1102 Worker exceeded memory limit.";

    /// <summary>Limits that a test need not wait long for.</summary>
    public static WorkerLimits Limits { get; } = WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(100), WaitUntil = TimeSpan.FromSeconds(2) };

    /// <summary>Limits for those who are to hit the memory limit first.</summary>
    public static WorkerLimits Memory { get; } = WorkerLimits.Default with { CpuTime = TimeSpan.FromSeconds(20), WaitUntil = TimeSpan.FromSeconds(2) };

    /// <summary>Sends the offender one request; what its client got, after which it must serve the next one again.</summary>
    public static async Task<string> CommitAsync(string body, WorkerLimits? limits = null, string global = "")
    {
        limits ??= Limits;
        await using var neighbour = await Neighbour.StartAsync();
        var offender = await TestWorker.HandlingAsync($"if (request.url.endsWith('/well')) return new Response('well'); {body}", limits, global: global);
        var began = Stopwatch.GetTimestamp();
        // Fetch runs JavaScript on the calling thread: should that never end, the test still must.
        TestRequest request = new("/offend");
        _ = Task.Run(() => offender.Worker.Fetch(request));
        var response = await request.Response.WaitAsync(limits.CpuTime + TimeSpan.FromSeconds(10));
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{response} after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms, {response.Summary.Cpu.TotalMilliseconds:0} ms of CPU time");
        Assert.Equal("200 well", (await offender.GetAsync("/well")).ToString());
        await offender.DisposeAsync();
        return response.ToString();
    }
}
