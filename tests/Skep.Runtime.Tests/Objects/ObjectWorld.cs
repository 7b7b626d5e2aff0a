using Skep.Abstractions.Channels;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Runtime.Objects;
using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>A worker with Durable Objects of the class <c>Thing</c>, as a server of one process would keep it. Its <c>env.THINGS</c> is their namespace.</summary>
internal sealed class ObjectWorld : IObjectDirectory, IServiceDirectory, IAsyncDisposable
{
    // Objects of a process are in one table.
    private readonly string namespaceId = Guid.NewGuid().ToString("N");
    private readonly WorkerRuntime runtime;
    private readonly bool ownsRuntime;
    private readonly List<TestWorker> all = [];
    private volatile Served? served;
    private Func<WorkerServices, WorkerServices>? services;

    private ObjectWorld(WorkerRuntime runtime, bool ownsRuntime) => (this.runtime, this.ownsRuntime) = (runtime, ownsRuntime);

    public FakeObjectStore Store { get; } = new();

    /// <summary>Keeps the email that is sent.</summary>
    public FakeEmailCarrier Email { get; } = new();

    public WorkerRuntime Runtime => runtime;

    /// <summary>The version in service.</summary>
    public TestWorker Worker { get; private set; } = null!;

    /// <summary>Delays the finding of objects; null: they are found at once.</summary>
    public Func<ObjectAddress, Task>? Finding { get; set; }

    /// <summary>Starts the first version.</summary>
    /// <param name="body">The members of the class.</param>
    /// <param name="handler">The body of the default export's <c>fetch(request, env, ctx)</c>; by default a request goes to the object that its path names.</param>
    public static async Task<ObjectWorld> StartAsync(
        string body, string? handler = null, TimeProvider? time = null, Func<RuntimeOptions, RuntimeOptions>? with = null, ISubrequestChannel? channel = null, string global = "",
        Func<WorkerVersion, WorkerVersion>? version = null, Func<WorkerServices, WorkerServices>? services = null)
    {
        var own = time is not null || with is not null;
        ObjectWorld world = new(own ? TestRuntime.New(time, with) : TestRuntime.Shared, own) { services = services };
        await world.DeployAsync(body, handler, channel, global, version);
        return world;
    }

    /// <summary>Puts another version into service. Completes when the one before has ended.</summary>
    public async Task DeployAsync(
        string body, string? handler = null, ISubrequestChannel? channel = null, string global = "", Func<WorkerVersion, WorkerVersion>? with = null)
    {
        handler ??= "return env.THINGS.getByName(new URL(request.url).pathname.split('/')[1] || 'one').fetch(request)";
        WorkerVersion version = new()
        {
            Name = "test",
            MainModule = "main.js",
            Modules =
            [
                TestWorker.Module("main.js", $$"""
                    import { DurableObject, RpcTarget, exports } from "cloudflare:workers";
                    {{global}}
                    export class Thing extends DurableObject { {{body}} }
                    export default { async fetch(request, env, ctx) { {{handler}} } }
                    """),
            ],
            Bindings = [new ObjectNamespaceBinding("THINGS", namespaceId)],
            ObjectClasses = [new ObjectClass("Thing", namespaceId, Sqlite: false)],
        };
        var before = served;
        var worker = await TestWorker.StartAsync(
            with?.Invoke(version) ?? version, given => With(given with { Email = Email }) with { Objects = this, Workers = this, ObjectStore = Store }, runtime, channel);
        all.Add(worker);
        Worker = worker;
        served = new Served(worker.Worker);
        if (before is not null && !Gradual) await before.Worker.DrainAsync();

        WorkerServices With(WorkerServices given) => services?.Invoke(given) ?? given;
    }

    /// <summary>Versions stay in service when others come, as in a gradual deployment.</summary>
    public bool Gradual { get; set; }

    /// <summary>What a request to the worker answers.</summary>
    public async Task<string> GetAsync(string path = "/") => (await Worker.GetAsync(path)).Text;

    /// <summary>An object's address, by its name.</summary>
    public ObjectAddress Address(string name) => new(namespaceId, ObjectIds.FromName(namespaceId, null, name), name);

    /// <summary>What there is of an object in memory.</summary>
    public LiveObject? Find(string name) => runtime.Objects.Find(Address(name));

    /// <summary>A request in whose first turn an object writes: that has ended, and what it wrote is neither durable nor lost until the test says so.</summary>
    public async Task<(Task<TestResponse> Response, TaskCompletionSource Disk)> HeldAsync(string path, string name = "a")
    {
        TaskCompletionSource disk = new();
        Store.Durability = () => disk.Task;
        var response = Worker.GetAsync(path);
        while (Find(name)?.Instance is not { HasWrites: true }) await Task.Yield();
        return (response, disk);
    }

    /// <summary>Has an object's instance end, if nothing is asked of it, and waits for that.</summary>
    public async Task EvictAsync(string name)
    {
        while (Find(name)?.Instance is { } instance)
        {
            instance.Evict();
            await instance.Closed.WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);
        }
    }

    public Task<AlarmResult> AlarmAsync(string name, DateTimeOffset scheduled, int retryCount = 0) =>
        Worker.Worker.AlarmAsync(new AlarmEvent(Address(name), scheduled, retryCount)).WaitAsync(TimeSpan.FromSeconds(120), TestContext.Current.CancellationToken);

    /// <inheritdoc/>
    public async ValueTask<IServedWorker> FindAsync(ObjectAddress address)
    {
        if (Finding is { } finding) await finding(address);
        return served!;
    }

    /// <inheritdoc/>
    public IServedWorker? Find(string service, FetchEvent? request) => served;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var worker in all) await worker.DisposeAsync();
        if (ownsRuntime) await runtime.DisposeAsync();
    }

    private sealed record Served(IWorker Worker) : IServedWorker
    {
        public bool TryEnter() => true;

        public void Leave()
        {
        }
    }
}
