using Skep.Runtime.Isolates;

namespace Skep.Runtime.Tests.Isolates;

public sealed class FreedMemoryTests
{
    private readonly FreedMemory memory;
    private int returns;

    public FreedMemoryTests() => memory = new(() => returns++, now: 0);

    [Fact]
    public void Many_isolates_memory_is_returned_after_a_pause()
    {
        Add(FreedMemory.Enough);
        memory.Sweep(FreedMemory.Pause - 1);
        Assert.Equal(0, returns);
        memory.Sweep(FreedMemory.Pause);
        Assert.Equal(1, returns);
    }

    [Fact]
    public void A_few_isolates_memory_waits_for_more()
    {
        Add(FreedMemory.Enough - 1);
        memory.Sweep(FreedMemory.Pause);
        Assert.Equal(0, returns);
        Add(1);
        memory.Sweep(FreedMemory.Pause);
        Assert.Equal(1, returns);
    }

    [Fact]
    public void A_single_isolates_memory_does_not_wait_for_ever()
    {
        Add(1);
        memory.Sweep(FreedMemory.LongPause);
        Assert.Equal(1, returns);
    }

    [Fact]
    public void Without_a_freed_isolate_there_is_nothing_to_return()
    {
        Add(FreedMemory.Enough);
        memory.Sweep(FreedMemory.Pause);
        memory.Sweep(FreedMemory.LongPause * 2);
        Assert.Equal(1, returns);
    }

    private void Add(int isolates)
    {
        for (var i = 0; i < isolates; i++) memory.Add();
    }
}
