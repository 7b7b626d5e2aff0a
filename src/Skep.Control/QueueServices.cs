using Skep.Abstractions.Catalog;
using Skep.Abstractions.Queues;

namespace Skep.Control;

/// <summary>Queues as the control plane sees them.</summary>
/// <param name="Administration">Makes and changes them.</param>
/// <param name="Broker">Which there are, and their messages.</param>
public sealed record QueueServices(IQueueAdministration Administration, IQueueBroker Broker);
