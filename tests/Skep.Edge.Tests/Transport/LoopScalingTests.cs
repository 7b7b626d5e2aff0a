using Skep.Edge.Transport;

namespace Skep.Edge.Tests.Transport;

/// <summary>How many loops share the connections, by what the monitor sees.</summary>
public sealed class LoopScalingTests
{
    private const int WholeWindow = LoopScaling.Window;

    [Fact]
    public void One_loop_serves_what_it_keeps_up_with()
    {
        LoopScaling scaling = new(most: 4, () => 4);
        for (int n = 0; n < 100; n++)
            Feed(scaling, busySamples: WholeWindow / 4);
        Assert.Equal(1, scaling.Active);
    }

    [Fact]
    public void A_busy_loop_gets_help_where_a_core_is_free()
    {
        LoopScaling scaling = new(most: 4, () => 1.5);
        Feed(scaling, WholeWindow);
        Assert.Equal(2, scaling.Active);
        Feed(scaling, WholeWindow, loops: 2);
        Assert.Equal(4, scaling.Active);
        Feed(scaling, WholeWindow, loops: 4);
        Assert.Equal(4, scaling.Active);
    }

    [Theory]
    [InlineData(0.1)]
    [InlineData(null)]
    public void A_busy_loop_stays_alone_where_no_core_is_known_to_be_free(double? idleCores)
    {
        LoopScaling scaling = new(most: 4, () => idleCores);
        for (int n = 0; n < 100; n++)
            Feed(scaling, WholeWindow);
        Assert.Equal(1, scaling.Active);
    }

    [Fact]
    public void A_stalled_loop_brings_all_the_others_at_once()
    {
        LoopScaling scaling = new(most: 4, () => 0);
        Assert.True(scaling.Add(busy: 1, stalled: true));
        Assert.Equal(4, scaling.Active);
    }

    [Fact]
    public void Loops_are_left_when_it_has_been_calm_for_long()
    {
        LoopScaling scaling = new(most: 4, () => 4);
        scaling.Add(busy: 1, stalled: true);
        int windows = 0;
        while (scaling.Active == 4 && windows < 1000)
        {
            Feed(scaling, busySamples: 1);
            windows++;
        }

        Assert.Equal(2, scaling.Active);
        Assert.InRange(windows, 10, 100);

        // Nothing has stalled since: the next one goes sooner.
        int more = 0;
        while (scaling.Active == 2 && more < 1000)
        {
            Feed(scaling, busySamples: 1);
            more++;
        }

        Assert.Equal(1, scaling.Active);
        Assert.InRange(more, 2, windows - 1);
    }

    [Fact]
    public void A_burst_in_between_keeps_the_loops()
    {
        LoopScaling scaling = new(most: 2, () => 2);
        Feed(scaling, WholeWindow);
        for (int n = 0; n < 100; n++)
            Feed(scaling, n % 5 == 0 ? WholeWindow : 0, loops: 2);
        Assert.Equal(2, scaling.Active);
    }

    [Fact]
    public void The_kernel_tells_how_long_all_cores_were_idle()
    {
        Assert.True(IdleTime.TryParse("cpu  1265 31 902 77821 12 0 55 0 0 0\ncpu0 600 1 2 3\n"u8, out long idle));
        Assert.Equal(77821, idle);
        Assert.False(IdleTime.TryParse("intr 12"u8, out _));
        Assert.False(IdleTime.TryParse(""u8, out _));
    }

    private static void Feed(LoopScaling scaling, int busySamples, int loops = 1)
    {
        for (int n = 0; n < WholeWindow; n++)
            scaling.Add(n < busySamples ? loops : 0, stalled: false);
    }
}
