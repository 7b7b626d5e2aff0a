using Skep.Abstractions.Analytics;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests;

/// <summary>Datasets of Analytics Engine as workers see them.</summary>
public sealed class AnalyticsTests
{
    [Fact]
    public async Task A_point_is_taken_as_it_is_given()
    {
        Recorder recorder = new();
        await using var worker = await StartAsync("""
            const result = [
              env.EVENTS.writeDataPoint({ indexes: ["i"], blobs: ["a", null, new TextEncoder().encode("bytes"), 5], doubles: [1.5, "2", true] }),
              env.EVENTS.writeDataPoint(),
            ];
            return Response.json([result.every((each) => each === undefined), String(env.EVENTS)]);
            """, recorder);
        Assert.Equal("[true,\"[object AnalyticsEngineDataset]\"]", (await worker.GetAsync()).Text);
        Assert.Equal(("views", "i"), (recorder.Points[0].Dataset, recorder.Points[0].Index));
        Assert.Equal(["a", "", "bytes", "5"], recorder.Points[0].Blobs);
        Assert.Equal([1.5, 2, 1], recorder.Points[0].Doubles);
        Assert.Equal(("", 0, 0), (recorder.Points[1].Index, recorder.Points[1].Blobs.Count, recorder.Points[1].Doubles.Count));
    }

    [Theory]
    [InlineData("{ indexes: ['a', 'b'] }", "TypeError: writeDataPoint(): Maximum of 1 indexes supported.")]
    [InlineData("{ indexes: ['ä'.repeat(49)] }", "TypeError: writeDataPoint(): Size of indexes[0] exceeds 96 bytes).")]
    [InlineData("{ blobs: Array(21).fill('') }", "TypeError: writeDataPoint(): Maximum of 20 blobs supported.")]
    [InlineData("{ blobs: ['x'.repeat(16001)] }", "TypeError: writeDataPoint(): Cumulative size of blobs exceeds 16000 bytes).")]
    [InlineData("{ doubles: Array(21).fill(0) }", "TypeError: writeDataPoint(): Maximum of 20 doubles supported.")]
    public async Task What_is_too_much_is_refused_at_once(string point, string message)
    {
        Recorder recorder = new();
        await using var worker = await StartAsync($"try {{ env.EVENTS.writeDataPoint({point}); return new Response('taken'); }} catch (error) {{ return new Response(String(error)); }}", recorder);
        Assert.Equal(message, (await worker.GetAsync()).Text);
        Assert.Empty(recorder.Points);
    }

    [Fact]
    public async Task An_invocation_writes_only_so_many()
    {
        Recorder recorder = new();
        await using var worker = await StartAsync("for (let i = 0; i < 250; i++) env.EVENTS.writeDataPoint({}); try { env.EVENTS.writeDataPoint({}); } catch (error) { return new Response(error.message); }", recorder);
        Assert.Equal("writeDataPoint(): Maximum of 250 data points per Worker invocation supported.", (await worker.GetAsync()).Text);
        Assert.Equal(250, recorder.Points.Count);
    }

    private static Task<TestWorker> StartAsync(string body, IAnalyticsSink sink) => TestWorker.StartAsync(
        new WorkerVersion
        {
            Name = "test",
            MainModule = "main.js",
            Modules = [TestWorker.Module("main.js", $$"""export default { async fetch(request, env) { {{body}} } }""")],
            Bindings = [new AnalyticsBinding("EVENTS", "views")],
        },
        with: services => services with { Analytics = sink });

    private sealed class Recorder : IAnalyticsSink
    {
        public List<AnalyticsPoint> Points { get; } = [];

        public void Write(AnalyticsPoint point) => Points.Add(point);
    }
}
