using Skep.Abstractions.Events;
using Skep.Abstractions.Metering;
using Skep.Edge.Observability;
using Skep.Testing;

namespace Skep.Edge.Tests.Observability;

public sealed class UsageRecorderTests : IUsageStore
{
    private readonly ManualTime _time = new();
    private readonly MeterRegistry _meters = new();
    private readonly List<MeterSample> _stored = [];
    private readonly List<Exception> _failures = [];
    private Exception? _broken;

    public ValueTask AddAsync(IReadOnlyCollection<MeterSample> samples)
    {
        if (_broken is not null) throw _broken;
        lock (_stored) _stored.AddRange(samples);
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<Usage>> QueryAsync(UsageQuery query) => throw new NotSupportedException();

    public ValueTask RollUpAsync(DateTimeOffset now) => ValueTask.CompletedTask;

    [Fact]
    public async Task Counts_go_to_the_minute_they_were_made_in()
    {
        await using var recorder = Start();
        var meter = _meters.MeterFor("hello", "v1");
        _time.Advance(TimeSpan.FromSeconds(57));
        meter.Count(InvocationOutcome.Ok, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(10), 3);
        meter.CountBytes(7, 8);
        _time.Advance(TimeSpan.FromSeconds(4));
        meter.Count(InvocationOutcome.ExceededCpu, TimeSpan.Zero, TimeSpan.Zero, 0);
        meter.Counter("kv.reads").Add(2);
        _time.Advance(TimeSpan.FromSeconds(5));
        await recorder.FlushAsync();
        Assert.Equal([0L, 60L], _stored.Select(sample => sample.Minute % 86400));
        Assert.Equal(
            "bytes_in 7, bytes_out 8, cpu_us 2000, outcome.ok 1, requests 1, subrequests 3, wall_us 10000",
            Text(_stored[0]));
        Assert.Equal("kv.reads 2, outcome.exceededCpu 1, requests 1", Text(_stored[1]));
        Assert.Equal(2, recorder.Totals()["hello"]["requests"]);
    }

    [Fact]
    public async Task What_the_store_does_not_take_is_tried_again()
    {
        await using var recorder = Start();
        var meter = _meters.MeterFor("hello", "v1");
        _broken = new IOException("disk full");
        meter.Count(InvocationOutcome.Ok, TimeSpan.Zero, TimeSpan.Zero, 0);
        _time.Advance(TimeSpan.FromSeconds(5));
        await Assert.ThrowsAsync<IOException>(recorder.FlushAsync);
        meter.Count(InvocationOutcome.Ok, TimeSpan.Zero, TimeSpan.Zero, 0);
        _broken = null;
        await recorder.FlushAsync();
        Assert.Equal("outcome.ok 2, requests 2", Text(Assert.Single(_stored)));
        Assert.NotEmpty(_failures);
    }

    [Fact]
    public async Task The_end_loses_nothing()
    {
        var recorder = Start();
        var meter = _meters.MeterFor("hello", "v1");
        meter.Count(InvocationOutcome.Canceled, TimeSpan.Zero, TimeSpan.Zero, 0);
        _meters.Retire(meter);
        await recorder.DisposeAsync();
        Assert.Equal("outcome.canceled 1, requests 1", Text(Assert.Single(_stored)));
    }

    [Fact]
    public void A_version_that_is_gone_is_counted_to_its_end_and_forgotten()
    {
        var meter = _meters.MeterFor("hello", "v1");
        Assert.Same(meter, _meters.MeterFor("hello", "v1"));
        _meters.Retire(meter);
        Assert.Empty(_meters.Collect(0));
        Assert.Same(meter, _meters.MeterFor("hello", "v1"));
        _meters.Retire(meter);
        _meters.Retire(meter);
        meter.CountBytes(1, 0);
        Assert.Single(_meters.Collect(0));
        Assert.Empty(_meters.Collect(0));
        Assert.NotSame(meter, _meters.MeterFor("hello", "v1"));
    }

    [Fact]
    public async Task Counting_from_many_threads_loses_nothing()
    {
        var meter = _meters.MeterFor("hello", "v1");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() =>
        {
            for (var i = 0; i < 10_000; i++) meter.Count(InvocationOutcome.Ok, TimeSpan.FromTicks(10), TimeSpan.FromTicks(20), 1);
        })));
        Assert.Equal("cpu_us 80000, outcome.ok 80000, requests 80000, subrequests 80000, wall_us 160000", Text(Assert.Single(_meters.Collect(0))));
    }

    [Theory]
    [InlineData("sized", 5)]
    [InlineData("streamed", 6)]
    [InlineData("empty", 0)]
    public async Task Bytes_of_bodies_are_counted(string how, long sent)
    {
        var meter = _meters.MeterFor("hello", "v1");
        var worker = FakeWorker.Async(async request =>
        {
            if (request.Body is { } body) await body.CopyToAsync(Stream.Null);
            if (how == "sized") request.Answer(200, "hello");
            else if (how == "empty") request.AnswerEmpty(204);
            else
            {
                request.SetStatus(200, null);
                for (var i = 0; i < 2; i++) await request.ResponseBody.WriteAsync("abc"u8.ToArray());
                request.Complete(FetchEvents.Ok);
            }
        });
        worker.Meter = meter;
        await using var edge = await TestEdge.StartAsync(worker);
        for (var i = 0; i < 2; i++) await edge.SendAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nConnection: close\r\n\r\nbody");
        var counts = Assert.Single(_meters.Collect(0)).Counts;
        Assert.Equal((8, 2 * sent), (counts["bytes_in"], counts.GetValueOrDefault("bytes_out")));
    }

    [Fact]
    public async Task A_store_that_stays_broken_is_told_of_once_and_does_not_keep_the_server_from_ending()
    {
        await using var recorder = Start();
        _broken = new IOException("disk full");
        _meters.MeterFor("hello", "v1").CountBytes(1, 0);
        for (var i = 0; i < 3; i++) _time.Advance(UsageRecorder.Interval);
        Assert.Single(_failures);
        _broken = null;
        _time.Advance(UsageRecorder.Interval);
        Assert.Single(_stored);
        _broken = new IOException("disk full");
        _meters.MeterFor("hello", "v1").CountBytes(1, 0);
        for (var i = 0; i < 3; i++) _time.Advance(UsageRecorder.Interval);
        Assert.Equal(2, _failures.Count);
    }

    private static string Text(MeterSample sample) =>
        string.Join(", ", sample.Counts.OrderBy(each => each.Key, StringComparer.Ordinal).Select(each => $"{each.Key} {each.Value}"));

    private UsageRecorder Start()
    {
        var recorder = new UsageRecorder(_meters.Collect, this, _time, _failures.Add);
        recorder.Start();
        return recorder;
    }
}
