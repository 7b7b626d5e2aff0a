using Skep.Abstractions.D1;
using Skep.Abstractions.Kv;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Queues;
using Skep.Abstractions.R2;

namespace Skep.Hosting;

/// <summary>Where the bindings of Workers lead that keep something: by the folder of the Worker's project, or the server's own whatever the
/// folder.</summary>
/// <param name="Kv">KV namespaces.</param>
/// <param name="D1">D1 databases.</param>
/// <param name="Queues">Takes what is sent to queues.</param>
/// <param name="R2">R2 buckets.</param>
/// <param name="Objects">Durable Objects.</param>
internal sealed record WorkerStores(
    Func<string, IKvStore> Kv, Func<string, ID1Store> D1, Func<IQueueProducer> Queues, Func<string, IR2Store> R2, Func<string, IObjectStore> Objects)
{
    /// <summary>The server's own.</summary>
    public static WorkerStores Of(IKvStore kv, ID1Store d1, IQueueProducer queues, IR2Store r2, Func<IObjectStore> objects) =>
        new(_ => kv, _ => d1, () => queues, _ => r2, _ => objects());
}
