namespace Skep.Runtime.Tests.Objects;

/// <summary>Commits of a world's objects, each of which is durable, or lost, when the test says so.</summary>
internal sealed class Disk : IDisposable
{
    private readonly ObjectWorld world;
    private readonly List<TaskCompletionSource> commits = [];
    private readonly Lock gate = new();
    private bool isOver;
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Disk(ObjectWorld world)
    {
        this.world = world;
        world.Store.Durability = Commit;
    }

    /// <summary>Completes when so many commits are on their way or were.</summary>
    public async Task CommittedAsync(int count)
    {
        for (;;)
        {
            Task next;
            lock (gate)
            {
                if (commits.Count >= count) return;
                next = changed.Task;
            }

            await next.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        }
    }

    /// <summary>Two requests, each of which writes: what the first wrote is kept and it is answered, then what the second wrote is lost.</summary>
    /// <param name="answer">The first's.</param>
    /// <param name="between">Looks at what is there between the two.</param>
    public async Task KeepThenLoseAsync(string answer, Func<Task>? between = null)
    {
        var first = world.Worker.GetAsync("/1");
        await CommittedAsync(1);
        var second = world.Worker.GetAsync("/2");
        await CommittedAsync(2);
        Keep(1);
        Assert.Equal(answer, (await first).Text);
        if (between is not null) await between();
        Lose(2);
        Assert.Equal("the disk is full", (await second).Text);
    }

    /// <summary>The commit with this number, from 1 on, is durable.</summary>
    public void Keep(int number) => Find(number).SetResult();

    /// <summary>The commit with this number is lost.</summary>
    public void Lose(int number) => Find(number).SetException(new IOException("the disk is full"));

    /// <summary>All others are durable: nothing waits for them when the test has ended, in whatever way.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            foreach (var each in commits) each.TrySetResult();
            isOver = true;
        }
    }

    private TaskCompletionSource Find(int number)
    {
        lock (gate) return commits[number - 1];
    }

    private Task Commit()
    {
        lock (gate)
        {
            TaskCompletionSource commit = new(TaskCreationOptions.RunContinuationsAsynchronously);
            commits.Add(commit);
            if (isOver) commit.SetResult();
            changed.SetResult();
            changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return commit.Task;
        }
    }
}
