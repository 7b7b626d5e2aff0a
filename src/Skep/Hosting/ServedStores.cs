using Skep.Abstractions.Kv;
using Skep.Abstractions.R2;
using Skep.Storage.D1;
using Skep.Storage.Queues;

namespace Skep.Hosting;

/// <summary>The stores of a data folder that a server has opened: what its Workers keep, and what the control plane manages.</summary>
/// <param name="Kv">The KV namespaces.</param>
/// <param name="D1">The D1 databases.</param>
/// <param name="Queues">The queues.</param>
/// <param name="R2">The R2 buckets.</param>
/// <param name="Objects">The Durable Objects.</param>
internal sealed record ServedStores(IKvStore Kv, SqliteD1Store D1, SqliteQueueBroker Queues, IR2Administration R2, ObjectStorageFolder Objects);
