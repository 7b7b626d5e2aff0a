using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Rpc;
using Skep.Abstractions.Workers;
using Skep.Runtime.Workers;

namespace Skep.Runtime.Services;

/// <summary>A Durable Object.</summary>
internal sealed class ObjectTarget(Worker caller, ObjectAddress address) : ServiceTarget(null, null)
{
    public override ObjectAddress? Object => address;

    public override ObjectMailboxes Mailboxes => caller.Runtime.Mailboxes;

    public override IObjectDirectory Objects => caller.Services.Objects!;

    /// <inheritdoc/>
    public override RpcService Refer() => ReferWithoutTerms(new RpcService(null, Object: address));

    public override WorkerError? Deliver<TEvent>(TEvent given, FetchEvent? request, Action<IWorker, TEvent> deliver) =>
        throw new InvalidOperationException("Durable Objects are reached through their mailboxes.");
}
