using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Objects;

/// <summary>A Durable Object itself. There is one for an address in the process.</summary>
internal sealed class RootObject(ObjectTable table, ObjectAddress address) : LiveObject(table.Runtime, address)
{
    /// <inheritdoc/>
    public override void Deliver(ObjectEvent given) => table.Deliver(given, Address);

    /// <inheritdoc/>
    protected override void Remove() => table.Remove(this);

    /// <inheritdoc/>
    protected override void Start(Worker worker)
    {
        if (worker.ClassOf(Address) is { } objectClass && worker.Services.ObjectStore is { } store)
        {
            Start(worker, objectClass, () => store.OpenAsync(Address, objectClass));
            return;
        }

        RefuseWaiting(new WorkerError(WorkerErrorCode.Exception, "Error: This Worker has no Durable Object class of that namespace. Was it removed by a migration?"));
        Ended(null);
    }
}
