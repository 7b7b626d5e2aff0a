using System.Diagnostics;
using System.Globalization;
using Skep.Abstractions.Threads;
using Skep.Runtime.Limits;

namespace Skep.Runtime.Tests.Limits;

public sealed class ThreadNicenessTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    // The process's first thread has it as it was given.
    private static int Usual => NicenessOf("self");

    [Fact]
    public async Task A_turn_that_computes_for_long_goes_on_behind_the_other_threads_until_it_ends()
    {
        Assert.SkipUnless(ThreadNiceness.IsRestorable, "This process may not take niceness back, so it gives none.");
        var (fell, after) = await OnThreadOfItsOwn(() =>
        {
            var slot = ExecutionSlot.Current;
            slot.Begin(null!, long.MaxValue);
            var fell = SpinWait.SpinUntil(static () => NicenessOf("thread-self") > Usual, Patience);
            slot.End(out _);
            return (fell, NicenessOf("thread-self"));
        });
        Assert.True(fell);
        Assert.Equal(Usual, after);
    }

    [Fact]
    public async Task A_start_goes_on_among_the_other_threads_for_longer()
    {
        Assert.SkipUnless(ThreadNiceness.IsRestorable, "This process may not take niceness back, so it gives none.");
        var (meanwhile, fell, after) = await OnThreadOfItsOwn(() =>
        {
            var slot = ExecutionSlot.Current;
            var began = ThreadCpuTime.Ticks;
            slot.BeginStart(null!, long.MaxValue);
            while (ThreadCpuTime.Ticks - began < Stopwatch.Frequency / 5) Thread.SpinWait(1000);
            var meanwhile = NicenessOf("thread-self");
            var fell = SpinWait.SpinUntil(static () => NicenessOf("thread-self") > Usual, Patience);
            slot.End(out _);
            return (meanwhile, fell, NicenessOf("thread-self"));
        });
        Assert.Equal(Usual, meanwhile);
        Assert.True(fell);
        Assert.Equal(Usual, after);
    }

    [Fact]
    public async Task A_thread_that_one_behind_the_others_began_is_one_of_the_others()
    {
        Assert.SkipUnless(ThreadNiceness.IsRestorable, "This process may not take niceness back, so it gives none.");
        var (inherited, then) = await OnThreadOfItsOwn(static () =>
        {
            new ThreadNiceness().FallBehind();
            return OnThreadOfItsOwn(static () =>
            {
                var inherited = NicenessOf("thread-self");
                _ = ExecutionSlot.Current;
                return (inherited, NicenessOf("thread-self"));
            }).GetAwaiter().GetResult();
        });
        Assert.NotEqual(Usual, inherited);
        Assert.Equal(Usual, then);
    }

    private static Task<T> OnThreadOfItsOwn<T>(Func<T> action) =>
        Task.Factory.StartNew(action, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    // proc(5), /proc/pid/stat: the 19th field, the third of which is the first behind the name.
    private static int NicenessOf(string thread)
    {
        var stat = File.ReadAllText($"/proc/{thread}/stat");
        return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[16], CultureInfo.InvariantCulture);
    }
}
