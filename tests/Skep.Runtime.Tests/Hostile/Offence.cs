using System.Diagnostics;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests.Hostile;

/// <summary>Lets a worker misbehave beside a well-behaved one.</summary>
internal static class Offence
{
    public const string CpuExceeded = "1102 Worker exceeded CPU time limit.";

    public const string MemoryExceeded = "1102 Worker exceeded memory limit.";

    // On a machine that is busy with something else CPU time comes slowly.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(100);

    /// <summary>Limits that a test need not wait long for.</summary>
    public static WorkerLimits Limits { get; } = WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(100), WaitUntil = TimeSpan.FromSeconds(2) };

    /// <summary>Limits for those who are to hit the memory limit first.</summary>
    public static WorkerLimits Memory { get; } = WorkerLimits.Default with { CpuTime = TimeSpan.FromSeconds(20), WaitUntil = TimeSpan.FromSeconds(2) };

    /// <summary>Sends the offender one request; what its client got, after which it must serve the next one again.</summary>
    /// <param name="body">The body of its fetch handler.</param>
    /// <param name="limits"><see cref="Limits"/> or <see cref="Memory"/>.</param>
    /// <param name="global">Code of its global scope.</param>
    /// <param name="wasm">A module that it can import from <c>./module.wasm</c>.</param>
    public static async Task<string> CommitAsync(string body, WorkerLimits? limits = null, string global = "", byte[]? wasm = null)
    {
        limits ??= Limits;
        await using var neighbour = await Neighbour.StartAsync();
        var import = wasm is null ? "" : "import module from './module.wasm';";
        var offender = await TestWorker.StartAsync(
            $$"""{{import}}{{global}}; export default { async fetch(request, env, ctx) { if (request.url.endsWith('/well')) return new Response('well'); {{body}} } }""",
            limits,
            with: version => wasm is null ? version : version with { Modules = [.. version.Modules, new ScriptModule("module.wasm", ModuleKind.CompiledWasm, wasm)] });
        var began = Stopwatch.GetTimestamp();
        // Fetch runs JavaScript on the calling thread: should that never end, the test still must.
        TestRequest request = new("/offend");
        new Thread(() => offender.Worker.Fetch(request)) { IsBackground = true }.Start();
        var response = await request.Response.WaitAsync(limits.CpuTime + Patience, TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{response} after {Stopwatch.GetElapsedTime(began).TotalMilliseconds:0} ms, {response.Summary.Cpu.TotalMilliseconds:0} ms of CPU time");
        Assert.Equal("200 well", (await offender.GetAsync("/well")).ToString());
        await offender.DisposeAsync();
        return response.ToString();
    }
}
