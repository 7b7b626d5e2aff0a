using Skep.Abstractions.Workers;
using Skep.Hosting;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Hosting;

/// <summary>A worker that is still being built when it is asked.</summary>
public sealed class LazyWorkerTests
{
    [Fact]
    public async Task Requests_that_come_early_wait_for_it()
    {
        TaskCompletionSource<IWorker> built = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var starts = 0;
        await using LazyWorker worker = new(WorkerVersion.Unread("early"), () =>
        {
            starts++;
            return built.Task;
        });
        TestRequest[] early = [new(), new()];
        foreach (var request in early) worker.Fetch(request);
        Assert.All(early, request => Assert.False(request.Response.IsCompleted));
        built.SetResult(FakeWorker.Answering("built"));
        foreach (var request in early) Assert.Equal("built", (await request.Response).Text);
        TestRequest late = new();
        worker.Fetch(late);
        Assert.Equal("built", (await late.Response).Text);
        Assert.Equal(1, starts);
    }

    [Fact]
    public async Task Who_waits_for_one_that_cannot_be_built_learns_why()
    {
        LazyWorker worker = new(WorkerVersion.Unread("broken"), () => Task.FromException<IWorker>(new InvalidOperationException("no code")));
        TestRequest request = new();
        worker.Fetch(request);
        Assert.Equal("no code", (await request.Response).Error?.Message);
    }
}
