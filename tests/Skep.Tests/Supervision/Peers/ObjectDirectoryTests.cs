using Skep.Abstractions.Objects;
using Skep.Supervision.Objects;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Supervision.Peers;

/// <summary>Which process hosts an object, and how events find it.</summary>
public sealed class ObjectDirectoryTests : IDisposable
{
    private readonly TestFleet _fleet = new(3);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _fleet.Dispose();
        Assert.Empty(_fleet.Faults);
    }

    [Fact]
    public async Task Whoever_asks_first_becomes_the_host_and_others_find_it()
    {
        var room = Address("room");

        Assert.Equal("2", await _fleet[1].TellAsync(room, "one"));
        Assert.Equal("2", await _fleet[0].TellAsync(room, "two"));
        Assert.Equal("2", await _fleet[2].CallAsync(room, "three"));
        Assert.Equal("2", await _fleet[1].CallAsync(room, "four"));
    }

    [Fact]
    public async Task Objects_are_spread_when_one_process_asks_for_all()
    {
        var hosts = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => _fleet[0].TellAsync(Address($"{i}"), "x")));

        Assert.All(hosts.CountBy(host => host), group => Assert.InRange(group.Value, 80, 150));
    }

    [Fact]
    public async Task Events_of_one_process_arrive_in_their_order()
    {
        var room = Address("room");
        await _fleet[1].TellAsync(room, "first");

        await Task.WhenAll(Enumerable.Range(0, 300).Select(i => i % 2 == 0 ? _fleet[0].TellAsync(room, $"{i}") : _fleet[0].CallAsync(room, $"{i}")));

        Assert.Equal(["first", .. Enumerable.Range(0, 300).Select(i => $"{i}")], _fleet.Taken[room]);
    }

    [Fact]
    public async Task An_object_that_is_idle_is_let_go_and_found_again()
    {
        var room = Address("room");
        await _fleet[1].TellAsync(room, "one");
        await _fleet[0].TellAsync(room, "two");

        _fleet[1].Directory.OnEvicted(room);

        Assert.Equal("1", await _fleet[0].TellAsync(room, "three"));
        Assert.Equal("1", await _fleet[1].TellAsync(room, "four"));
        Assert.Equal(["one", "two", "three", "four"], _fleet.Taken[room]);
    }

    [Fact]
    public async Task A_process_that_is_replaced_hands_its_objects_over_without_losing_or_doubling_an_event()
    {
        var rooms = Enumerable.Range(0, 4).Select(i => Address($"{i}")).ToList();
        foreach (var room in rooms) await _fleet[1].TellAsync(room, "first");
        TaskCompletionSource eviction = new();
        _fleet[1].Eviction = eviction.Task;
        using CancellationTokenSource stop = new();
        var clients = rooms.SelectMany(room => new[] { 0, 2 }.Select(process => ClientAsync(_fleet[process], room, stop.Token))).ToList();

        var leaving = _fleet[1].LeaveAsync();
        await Task.WhenAny(leaving, Task.Delay(TimeSpan.FromMilliseconds(50), Cancellation));
        eviction.SetResult();
        await leaving;
        await Task.WhenAll(rooms.Select(room => _fleet[0].TellAsync(room, "last")));
        await stop.CancelAsync();
        var sent = await Task.WhenAll(clients);

        var expected = rooms.SelectMany(room => new[] { 0, 2 }.Select(process => (room, process))).Zip(sent, (client, count) => (client, count)).ToList();
        foreach (var ((room, process), count) in expected)
        {
            var own = _fleet.Taken[room].Where(told => told.StartsWith($"{_fleet[process].Number}:", StringComparison.Ordinal));
            Assert.Equal(Enumerable.Range(0, count).Select(i => $"{_fleet[process].Number}:{i}"), own);
        }
    }

    [Fact]
    public async Task A_connection_that_does_not_come_is_asked_for_again()
    {
        var room = Address("room");
        await _fleet[1].TellAsync(room, "one");
        _fleet[0].LostConnections = 1;

        Assert.Equal("2", await _fleet[0].TellAsync(room, "two"));
        Assert.Equal(["one", "two"], _fleet.Taken[room]);
    }

    [Fact]
    public async Task Objects_of_a_process_that_dies_are_at_once_elsewhere()
    {
        var room = Address("room");
        await _fleet[1].TellAsync(room, "one");
        await _fleet[0].TellAsync(room, "two");

        _fleet[1].Kill();
        var host = await Retrying(() => _fleet[0].TellAsync(room, "three"));

        Assert.Contains(host, new[] { "1", "3" });
        Assert.Equal(host, await _fleet[2].CallAsync(room, "four"));
    }

    [Fact]
    public async Task Only_one_process_runs_an_object_however_often_it_moves()
    {
        var rooms = Enumerable.Range(0, 3).Select(i => Address($"{i}")).ToList();
        using CancellationTokenSource stop = new();
        List<Task<int>> clients = [.. Enumerable.Range(0, 3).SelectMany(process => rooms.Select(room => ClientAsync(_fleet[process], room, stop.Token)))];

        for (var i = 0; i < 100; i++)
        {
            var room = rooms[i % rooms.Count];
            if (_fleet.Running.TryGetValue(room, out var host)) _fleet[host - 1].Directory.OnEvicted(room);
            await Task.Yield();
            await _fleet[i % 3].TellAsync(room, "x");
        }

        await stop.CancelAsync();
        var sent = await Task.WhenAll(clients);
        Assert.Equal(sent.Sum() + 100, _fleet.Taken.Sum(each => each.Value.Count));
        Assert.Empty(_fleet.Faults);
    }

    [Fact]
    public async Task A_lease_is_told_to_others_when_its_host_takes_events()
    {
        LeaseTable leases = new(firstEpoch: 5);
        var room = Address("room");

        var first = await leases.AcquireAsync(room, "a", after: 0, Cancellation);
        Assert.Equal((true, 6L), (first.IsNew, first.Epoch));
        var second = leases.AcquireAsync(room, "b", after: 0, Cancellation).AsTask();
        Assert.False(second.IsCompleted);
        await leases.ConfirmAsync(room, first.Epoch);
        Assert.Equal(new ObjectLease("a", 6, IsNew: false), await second);

        var third = leases.AcquireAsync(room, "b", after: 6, Cancellation).AsTask();
        Assert.False(third.IsCompleted);
        await leases.ReleaseAsync(room, epoch: 5);
        Assert.False(third.IsCompleted);
        await leases.ReleaseAsync(room, epoch: 6);
        Assert.Equal(new ObjectLease("b", 7, IsNew: true), await third);

        await leases.ReleaseAllAsync("b");
        Assert.Null(leases.Find(room));
    }

    [Fact]
    public void Epochs_rise_over_restarts()
    {
        using TemporaryFolder folder = new();

        var path = Path.Combine(folder.Path, EpochFile.Name);
        var first = EpochFile.Next(path, TimeProvider.System);
        var second = EpochFile.Next(path, TimeProvider.System);
        var behind = EpochFile.Next(path, new ManualTime());

        Assert.True(second - first >= 1L << 30);
        Assert.True(behind > second);
        folder.Write(EpochFile.Name, "rubbish");
        Assert.Contains("rubbish", Assert.Throws<InvalidDataException>(() => EpochFile.Next(path, TimeProvider.System)).Message, StringComparison.Ordinal);
    }

    private static ObjectAddress Address(string name) => new("space", Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(name))), name);

    /// <summary>Tells an object one thing after the other; returns how many.</summary>
    private static async Task<int> ClientAsync(TestProcess process, ObjectAddress room, CancellationToken stop)
    {
        await Task.Yield();
        var count = 0;
        while (!stop.IsCancellationRequested) await process.TellAsync(room, $"{process.Number}:{count++}");
        return count;
    }

    private static async Task<string> Retrying(Func<Task<string>> act)
    {
        for (;;)
        {
            try
            {
                return await act();
            }
            catch (CallException failure) when (failure.Error!.IsRetryable)
            {
                // The connection is not known to be cut yet.
            }
        }
    }
}
