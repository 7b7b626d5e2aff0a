using Skep.Edge.Transport;

namespace Skep.Edge.Tests.Transport;

/// <summary>Processes leave new connections to those that have fewer.</summary>
public sealed class LoadTableTests : IDisposable
{
    private readonly LoadTable _table = LoadTable.Create(4);

    public void Dispose() => _table.Dispose();

    [Fact]
    public void Who_is_alone_leaves_nothing_to_others()
    {
        _table.Join(0);
        _table.Change(0, 100);
        Assert.False(_table.IsAhead(0));
    }

    [Fact]
    public void Who_has_more_is_ahead_until_the_other_has_as_many()
    {
        _table.Join(0);
        _table.Join(2);
        Assert.False(_table.IsAhead(0));
        _table.Change(0, 1);
        Assert.True(_table.IsAhead(0));
        Assert.False(_table.IsAhead(2));
        _table.Change(2, 1);
        Assert.False(_table.IsAhead(0));
    }

    [Fact]
    public void Nothing_is_left_to_a_process_that_has_left()
    {
        _table.Join(0);
        _table.Join(1);
        _table.Change(0, 5);
        _table.Leave(1);
        _table.Change(1, -1);
        Assert.False(_table.IsAhead(0));
    }

    [Fact]
    public void Another_view_of_the_same_memory_sees_the_same()
    {
        _table.Join(0);
        _table.Join(1);
        _table.Change(0, 3);
        using var again = File.OpenHandle($"/proc/self/fd/{_table.Descriptor}", FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        using var other = LoadTable.Open((int)again.DangerousGetHandle(), 4);

        // The table closes it.
        again.SetHandleAsInvalid();
        Assert.True(other.IsAhead(0));
        other.Change(1, 3);
        Assert.False(_table.IsAhead(0));
    }
}
