using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;
using Skep.Storage.Objects;
using Skep.Testing;

namespace Skep.Runtime.Tests.Objects.Storage;

/// <summary>A worker whose class <c>Thing</c> keeps what it stores in files. A request's path names the method of the object that answers it with JSON.</summary>
internal sealed class StorageWorld : IObjectDirectory, IServedWorker, IAsyncDisposable
{
    private readonly string _namespace = $"things-{Guid.NewGuid():N}";

    private readonly TemporaryFolder _folder = new();
    private readonly SqliteObjectStore _store;
    private TestWorker _worker = null!;

    private StorageWorld() => _store = new SqliteObjectStore(new ObjectStoreOptions(_folder.Path), TimeProvider.System);

    public IWorker Worker => _worker.Worker;

    public static async Task<StorageWorld> StartAsync(string members, bool sqlite = true, WorkerLimits? limits = null)
    {
        StorageWorld world = new();
        WorkerVersion version = new()
        {
            Name = "test",
            Limits = limits ?? WorkerLimits.Default,
            MainModule = "main.js",
            Modules =
            [
                TestWorker.Module("main.js", $$"""
                    import { DurableObject } from "cloudflare:workers";
                    const told = (error) => `${error.constructor.name}: ${error.message}`;
                    const thrown = (work) => { try { work(); return "nothing"; } catch (error) { return told(error); } };
                    const rejected = (promise) => promise.then(() => "nothing", told);
                    export class Thing extends DurableObject {
                      {{members}}
                      async fetch(request) {
                        try {
                          return Response.json((await this[new URL(request.url).pathname.slice(1)](this.ctx.storage)) ?? null);
                        } catch (error) {
                          return new Response(error.stack, { status: 500 });
                        }
                      }
                    }
                    export default { fetch: (request, env) => env.THINGS.getByName("one").fetch(request) }
                    """),
            ],
            Bindings = [new ObjectNamespaceBinding("THINGS", world._namespace)],
            ObjectClasses = [new ObjectClass("Thing", world._namespace, sqlite)],
        };
        world._worker = await TestWorker.StartAsync(version, services => services with { Objects = world, ObjectStore = world._store }, TestRuntime.Shared);
        return world;
    }

    /// <summary>The JSON that a method of the object returned.</summary>
    public async Task<string> CallAsync(string method) => (await _worker.GetAsync("/" + method)).Text;

    /// <summary>What a call of a method was answered with, or how it failed.</summary>
    public Task<TestResponse> SendAsync(string method) => _worker.GetAsync("/" + method);

    public ValueTask<IServedWorker> FindAsync(ObjectAddress address) => new(this);

    public bool TryEnter() => true;

    public void Leave()
    {
    }

    public async ValueTask DisposeAsync()
    {
        await _worker.DisposeAsync();
        await _store.DisposeAsync();
        _folder.Dispose();
    }
}
