using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Workers;

/// <summary><c>passThroughOnException</c>: the edge asks the origin instead.</summary>
public sealed class PassThroughTests
{
    [Theory]
    [InlineData("ctx.passThroughOnException(); throw new Error('no')")]
    [InlineData("ctx.passThroughOnException(); await scheduler.wait(1); throw new Error('no')")]
    [InlineData("await scheduler.wait(1); ctx.passThroughOnException(); throw new Error('no')")]
    public async Task An_exception_passes_the_request_on(string body)
    {
        await using var worker = await TestWorker.HandlingAsync(body);
        var response = await worker.GetAsync();
        Assert.Equal("1101 Error: no", response.ToString());
        Assert.True(response.PassThrough);
    }

    [Fact]
    public async Task Without_it_the_client_gets_the_error()
    {
        await using var worker = await TestWorker.HandlingAsync("throw new Error('no')");
        Assert.False((await worker.GetAsync()).PassThrough);
    }

    [Fact]
    public async Task Once_the_response_has_begun_there_is_no_way_back()
    {
        await using var worker = await TestWorker.HandlingAsync(
            """
            ctx.passThroughOnException();
            let chunks = 0;
            return new Response(new ReadableStream({ async pull(c) { if (chunks++ === 3) throw new Error('no'); c.enqueue(new Uint8Array(70000)); await scheduler.wait(1) } }));
            """);
        var response = await worker.GetAsync();
        Assert.NotNull(response.Error);
        Assert.False(response.PassThrough);
    }

    [Fact]
    public async Task A_limit_is_no_exception()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "ctx.passThroughOnException(); for (;;);", WorkerLimits.Default with { CpuTime = TimeSpan.FromMilliseconds(50) });
        var response = await worker.GetAsync();
        Assert.Equal("1102 Worker exceeded CPU time limit.", response.ToString());
        Assert.False(response.PassThrough);
    }
}
