using System.Text;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Events;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Workers;
using Skep.Testing;

namespace Skep.Runtime.Tests;

/// <summary>A worker made of a test's script.</summary>
internal sealed class TestWorker : IAsyncDisposable
{
    private TestWorker(IWorker worker, RecordingObserver observer)
    {
        Worker = worker;
        Observer = observer;
    }

    public IWorker Worker { get; }

    public RecordingObserver Observer { get; }

    /// <summary>Its isolates now.</summary>
    public IReadOnlyList<Runtime.Isolates.WorkerIsolate> Isolates => ((Runtime.Workers.Worker)Worker).Isolates;

    /// <summary>Starts a worker whose main module is <paramref name="script"/>.</summary>
    public static Task<TestWorker> StartAsync(
        string script,
        WorkerLimits? limits = null,
        WorkerRuntime? runtime = null,
        ISubrequestChannel? channel = null,
        Func<WorkerVersion, WorkerVersion>? with = null,
        IServiceDirectory? directory = null)
    {
        WorkerVersion version = new()
        {
            Name = "test",
            MainModule = "main.js",
            Modules = [Module("main.js", script)],
            Limits = limits ?? WorkerLimits.Default,
        };
        return StartAsync(with?.Invoke(version) ?? version, runtime, channel, directory);
    }

    public static Task<TestWorker> StartAsync(
        WorkerVersion version, WorkerRuntime? runtime = null, ISubrequestChannel? channel = null, IServiceDirectory? directory = null, IKvStore? kv = null) =>
        StartAsync(version, services => services with { Workers = directory, Kv = kv ?? services.Kv }, runtime, channel);

    /// <summary>Starts a worker that is given more.</summary>
    public static async Task<TestWorker> StartAsync(
        WorkerVersion version, Func<WorkerServices, WorkerServices> with, WorkerRuntime? runtime = null, ISubrequestChannel? channel = null)
    {
        RecordingObserver observer = new();
        var services = with(new WorkerServices(channel ?? new FakeChannel(), observer)
        {
            Cache = new FakeCache(),
            Kv = new FakeKvStore { ReadsAtOnce = true },
            D1 = new FakeD1Store { AnswersAtOnce = true },
            RateLimiter = new FakeRateLimiter(),
        });
        return new TestWorker(await (runtime ?? TestRuntime.Shared).LoadAsync(version, services, TestContext.Current.CancellationToken), observer);
    }

    /// <summary>A worker whose fetch handler has this body (<c>request</c>, <c>env</c>, <c>ctx</c>).</summary>
    public static Task<TestWorker> HandlingAsync(
        string body, WorkerLimits? limits = null, WorkerRuntime? runtime = null, ISubrequestChannel? channel = null, string global = "") =>
        StartAsync($$"""{{global}}; export default { async fetch(request, env, ctx) { {{body}} } }""", limits, runtime, channel);

    public static ScriptModule Module(string name, string text, ModuleKind kind = ModuleKind.EsModule) => new(name, kind, Encoding.UTF8.GetBytes(text));

    /// <summary>Sends a request and waits for its end.</summary>
    public Task<TestResponse> GetAsync(string path = "/") => SendAsync(new TestRequest(path));

    public Task<TestResponse> SendAsync(TestRequest request)
    {
        Worker.Fetch(request);
        return request.Response.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
    }

    public Task<InvocationSummary> ScheduledAsync(string cron = "* * * * *") =>
        Worker.ScheduledAsync(new ScheduledEvent(DateTimeOffset.UnixEpoch.AddSeconds(5), cron)).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

    public ValueTask DisposeAsync() => new(Worker.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120)));
}
