using Skep.Edge.Transport;

namespace Skep.Edge.Tests.Transport;

/// <summary>How many loops share the connections, by what the monitor sees.</summary>
public sealed class LoopScalingTests
{
    private const int WholeWindow = LoopScaling.Window;
    private const int TrialWindows = 4;

    private static readonly TimeSpan _window = TimeSpan.FromMilliseconds(200);
    private static readonly ProcessorUse _free = new(Idle: 4, Own: 1, _window);
    private static readonly ProcessorUse _crowded = new(Idle: 0.1, Own: 1, _window);

    [Fact]
    public void One_loop_serves_what_it_keeps_up_with()
    {
        LoopScaling scaling = new(most: 4, () => _free);
        Feed(scaling, windows: 100, busySamples: WholeWindow / 4);
        Assert.Equal(1, scaling.Active);
    }

    [Fact]
    public void A_busy_loop_gets_help_where_a_core_is_free()
    {
        LoopScaling scaling = new(most: 4, () => _free);
        Feed(scaling, windows: 2, WholeWindow);
        Assert.Equal(1, scaling.Active);
        Feed(scaling, windows: 1, WholeWindow);
        Assert.Equal(2, scaling.Active);
        Feed(scaling, windows: TrialWindows, WholeWindow, loops: 2);
        Assert.Equal(2, scaling.Active);
        Feed(scaling, windows: 1, WholeWindow, loops: 2);
        Assert.Equal(4, scaling.Active);
        Feed(scaling, windows: 100, WholeWindow, loops: 4);
        Assert.Equal(4, scaling.Active);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_busy_loop_stays_alone_where_no_core_is_known_to_be_free(bool known)
    {
        LoopScaling scaling = new(most: 4, () => known ? _crowded : null);
        Feed(scaling, windows: 100, WholeWindow);
        Assert.Equal(1, scaling.Active);
    }

    [Theory]
    [InlineData(WholeWindow / 2, 4)]
    [InlineData(WholeWindow / 8, 1)]
    public void Workers_that_compute_for_long_bring_all_loops(int samplesHeldUp, int active)
    {
        LoopScaling scaling = new(most: 4, () => _crowded);
        for (int n = 0; n < 10 * WholeWindow; n++)
            scaling.Add(busy: 1, heldUp: n % WholeWindow < samplesHeldUp, work: 1);
        Assert.Equal(active, scaling.Active);
    }

    [Fact]
    public void Loops_are_left_when_it_has_been_calm_for_a_while()
    {
        LoopScaling scaling = new(most: 4, () => _free);
        Feed(scaling, windows: 3, WholeWindow);
        Feed(scaling, windows: 2 * TrialWindows + 1, WholeWindow, loops: 2);
        Feed(scaling, windows: 4, busySamples: 1);
        Assert.Equal(4, scaling.Active);
        Feed(scaling, windows: 1, busySamples: 1);
        Assert.Equal(2, scaling.Active);
        Feed(scaling, windows: 5, busySamples: 1);
        Assert.Equal(1, scaling.Active);
    }

    [Fact]
    public void A_burst_in_between_keeps_the_loops()
    {
        LoopScaling scaling = new(most: 2, () => _free);
        Feed(scaling, windows: 3, WholeWindow);
        Feed(scaling, windows: TrialWindows, WholeWindow, loops: 2);
        for (int n = 0; n < 100; n++)
            Feed(scaling, windows: 1, n % 4 == 0 ? WholeWindow : 0, loops: 2);
        Assert.Equal(2, scaling.Active);
    }

    [Theory]
    [InlineData(1.0, 1)]
    [InlineData(1.6, 2)]
    public void Loops_are_left_that_only_take_the_cores_from_each_other(double own, int left)
    {
        ProcessorUse use = _free;
        LoopScaling scaling = new(most: 2, () => use);
        Feed(scaling, windows: 3, WholeWindow);
        Feed(scaling, windows: TrialWindows, WholeWindow, loops: 2);
        use = new ProcessorUse(Idle: 0, own, _window);
        Feed(scaling, windows: 8, WholeWindow, loops: 2);
        Assert.Equal(left, scaling.Active);
    }

    [Theory]
    [InlineData(1.4, 98, 1)]
    [InlineData(1.4, 90, 1)]
    [InlineData(1.4, 80, 2)]
    [InlineData(1.2, 90, 2)]
    [InlineData(1.6, 98, 2)]
    public void Fewer_are_tried_where_clients_want_the_cores(double own, int workWithOne, int left)
    {
        LoopScaling scaling = BesideItsClients(own);
        TakeSecond(scaling);
        List<int> changes = [];
        for (int window = 0; window < 130; window++)
        {
            int before = scaling.Active;
            Feed(scaling, windows: 1, WholeWindow, before, before == 2 ? 100 : workWithOne);
            if (scaling.Active != before)
                changes.Add(scaling.Active);
        }

        // What helped stays, although a core is free again then.
        int[] expected = own > 1.5 ? [] : left == 1 ? [1] : [1, 2];
        Assert.Equal(expected, changes);
    }

    [Fact]
    public void Workers_that_compute_for_long_end_the_trial_of_fewer()
    {
        LoopScaling scaling = BesideItsClients(own: 1.4);
        TakeSecond(scaling);
        while (scaling.Active > 1)
            Feed(scaling, windows: 1, WholeWindow, loops: 2);
        for (int n = 0; n < WholeWindow; n++)
            scaling.Add(busy: 1, heldUp: true, work: 100);
        Assert.Equal(2, scaling.Active);
        Feed(scaling, windows: 50, WholeWindow, loops: 2);
        Assert.Equal(2, scaling.Active);
    }

    [Fact]
    public void A_loop_that_gets_no_more_done_is_left_and_tried_again_ever_more_rarely()
    {
        List<int> tries = [];
        LoopScaling scaling = BesideItsClients();
        for (int window = 0; window < 1000; window++)
        {
            int before = scaling.Active;
            Feed(scaling, windows: 1, WholeWindow, scaling.Active);
            if (scaling.Active > before)
                tries.Add(window);
        }

        Assert.Equal([2, 31, 85, 189, 393, 797], tries);
    }

    [Theory]
    [InlineData(102, false, 1)]
    [InlineData(112, false, 1)]
    [InlineData(120, false, 2)]
    [InlineData(98, true, 2)]
    [InlineData(80, true, 1)]
    public void Another_loop_is_kept_for_what_it_gets_done(int workWithTwo, bool coresAreFree, int kept)
    {
        LoopScaling scaling = coresAreFree ? new(most: 2, () => _free) : BesideItsClients();
        Feed(scaling, windows: 3, WholeWindow, work: 100);
        Assert.Equal(2, scaling.Active);
        for (int window = 0; window < 50; window++)
            Feed(scaling, windows: 1, WholeWindow, scaling.Active, scaling.Active == 2 ? workWithTwo : 100);
        Assert.Equal(kept, scaling.Active);
    }

    [Theory]
    [InlineData(115, 1)]
    [InlineData(100, 2)]
    public void Another_loop_is_kept_when_less_gets_done_again_without_it(int workWithOneAfterwards, int kept)
    {
        LoopScaling scaling = BesideItsClients(own: 1.4);
        Feed(scaling, windows: 3, WholeWindow, work: 100);
        Feed(scaling, windows: TrialWindows, WholeWindow, loops: 2, work: 120);
        Assert.Equal(1, scaling.Active);
        Feed(scaling, windows: TrialWindows, WholeWindow, work: workWithOneAfterwards);
        Assert.Equal(kept, scaling.Active);
        Feed(scaling, windows: 20, WholeWindow, kept, work: 120);
        Assert.Equal(kept, scaling.Active);
    }

    [Fact]
    public void What_became_faster_during_a_trial_is_tried_again_soon()
    {
        LoopScaling scaling = BesideItsClients();
        Feed(scaling, windows: 3, WholeWindow, work: 50);
        Feed(scaling, windows: TrialWindows, WholeWindow, loops: 2, work: 66);
        Feed(scaling, windows: TrialWindows, WholeWindow, work: 92);
        Assert.Equal(1, scaling.Active);
        Feed(scaling, windows: 6, WholeWindow, work: 92);
        Assert.Equal(2, scaling.Active);
    }

    [Fact]
    public void What_becomes_faster_in_every_trial_is_tried_ever_more_rarely()
    {
        LoopScaling scaling = BesideItsClients();
        List<int> tries = [];
        int alone = TrialWindows;
        for (int window = 0; window < 400; window++)
        {
            int before = scaling.Active;
            Feed(scaling, windows: 1, WholeWindow, before, before == 2 ? 115 : alone++ < TrialWindows ? 125 : 100);
            if (scaling.Active < before)
                alone = 0;
            else if (scaling.Active > before)
                tries.Add(window);
        }

        Assert.Equal([2, 15, 28, 41, 54, 67, 100, 158, 266], tries);
    }

    [Fact]
    public void What_has_helped_is_there_at_once_after_a_calm()
    {
        LoopScaling scaling = BesideItsClients(own: 1.6);
        TakeSecond(scaling);
        for (int time = 0; time < 3; time++)
        {
            Feed(scaling, windows: 5, busySamples: 0, loops: 2);
            Assert.Equal(1, scaling.Active);
            Feed(scaling, windows: 3, WholeWindow, work: 50);
            Assert.Equal(2, scaling.Active);
            Feed(scaling, windows: 10, WholeWindow, loops: 2, work: 50);
            Assert.Equal(2, scaling.Active);
        }
    }

    [Fact]
    public void Fewer_are_not_tried_right_after_more_have_helped()
    {
        LoopScaling scaling = BesideItsClients(own: 1.4);
        TakeSecond(scaling);
        Feed(scaling, windows: 80, WholeWindow, loops: 2, work: 100);
        Assert.Equal(2, scaling.Active);
    }

    [Fact]
    public void A_trial_ends_with_the_load_and_has_not_failed()
    {
        LoopScaling scaling = BesideItsClients();
        for (int time = 0; time < 3; time++)
        {
            Feed(scaling, windows: 3, WholeWindow);
            Assert.Equal(2, scaling.Active);
            Feed(scaling, windows: 1, busySamples: 0);
            Assert.Equal(1, scaling.Active);
        }
    }

    [Fact]
    public void What_gets_faster_by_itself_is_left_to_it()
    {
        LoopScaling scaling = BesideItsClients();
        double work = 10;
        for (int window = 0; window < 20; window++, work *= 1.2)
            Feed(scaling, windows: 1, WholeWindow, work: work);
        Assert.Equal(1, scaling.Active);
        Feed(scaling, windows: 3, WholeWindow, work: work);
        Assert.Equal(2, scaling.Active);
    }

    [Fact]
    public void Other_work_is_tried_without_waiting()
    {
        LoopScaling scaling = BesideItsClients();
        Feed(scaling, windows: 3 + TrialWindows, WholeWindow);
        Assert.Equal(1, scaling.Active);
        Feed(scaling, windows: 3, WholeWindow, work: 50);
        Assert.Equal(2, scaling.Active);
    }

    [Fact]
    public void The_meter_tells_what_was_used_between_two_readings()
    {
        ProcessorMeter meter = new(longest: TimeSpan.FromHours(1));
        Assert.Null(meter.SinceLast());
        Assert.True(meter.SinceLast()!.Value.Own >= 0);

        // Of a while that is too long ago nothing can be said.
        ProcessorMeter hasty = new(longest: TimeSpan.Zero);
        hasty.SinceLast();
        Assert.Null(hasty.SinceLast());
    }

    [Fact]
    public void The_kernel_tells_how_long_all_cores_were_idle()
    {
        Assert.True(ProcessorMeter.TryParse("cpu  1265 31 902 77821 12 0 55 0 0 0\ncpu0 600 1 2 3\n"u8, out long idle));
        Assert.Equal(77821, idle);
        Assert.False(ProcessorMeter.TryParse("intr 12"u8, out _));
        Assert.False(ProcessorMeter.TryParse(""u8, out _));
    }

    // Two cores, one of which the clients leave a third of, until a second loop takes it.
    private static LoopScaling BesideItsClients(double own = 1.3)
    {
        LoopScaling? scaling = null;
        return scaling = new LoopScaling(most: 2, () => scaling!.Active == 1 ? new ProcessorUse(Idle: 0.3, Own: 1, _window) : new ProcessorUse(Idle: 0, own, _window));
    }

    private static void TakeSecond(LoopScaling scaling)
    {
        Feed(scaling, windows: 3, WholeWindow, work: 50);
        Feed(scaling, windows: TrialWindows, WholeWindow, loops: 2, work: 100);
        Feed(scaling, windows: TrialWindows, WholeWindow, work: 50);
        Assert.Equal(2, scaling.Active);
    }

    private static void Feed(LoopScaling scaling, int windows, int busySamples, int loops = 1, double work = 100)
    {
        for (int n = 0; n < windows * WholeWindow; n++)
            scaling.Add(n % WholeWindow < busySamples ? loops : 0, heldUp: false, work);
    }
}
