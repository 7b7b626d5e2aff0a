using System.Collections.Concurrent;
using Skep.Abstractions.Threads;

namespace Skep.Runtime.Tests.Isolates;

/// <summary>A place whose thread does what was brought when a test says so.</summary>
internal sealed class FakePlace : ServingPlace
{
    private readonly BlockingCollection<IThreadPoolWorkItem> brought = [];
    private int server;

    /// <inheritdoc/>
    protected override bool IsServedByCaller => Environment.CurrentManagedThreadId == Volatile.Read(ref server);

    /// <summary>How many pieces of work wait for its thread.</summary>
    public int Brought => brought.Count;

    /// <summary>Runs on a thread of its own that serves here.</summary>
    public Task Serve(Action serving)
    {
        TaskCompletionSource served = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Thread thread = new(() =>
        {
            Enter();
            Volatile.Write(ref server, Environment.CurrentManagedThreadId);
            try
            {
                serving();
                served.SetResult();
            }
            catch (Exception failure)
            {
                served.SetException(failure);
            }
        }) { IsBackground = true };
        thread.Start();
        return served.Task;
    }

    /// <summary>Another thread serves here from now on.</summary>
    public void Overtake() => Volatile.Write(ref server, 0);

    /// <inheritdoc/>
    public override void Bring(IThreadPoolWorkItem work) => brought.Add(work);

    /// <summary>Does one piece of work that was brought, as soon as there is one.</summary>
    public void DoOne()
    {
        Assert.True(brought.TryTake(out var work, TimeSpan.FromSeconds(120)));
        work.Execute();
    }
}
