using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Services;

/// <summary>An event on its way to a Durable Object.</summary>
internal interface IObjectDelivery
{
    ObjectAddress Address { get; }

    /// <summary>Knows where the object is.</summary>
    IObjectDirectory Directory { get; }

    /// <summary>Hands it over.</summary>
    void Give(IWorker worker);

    /// <summary>It cannot be handed over.</summary>
    void Fail(WorkerError error);
}
