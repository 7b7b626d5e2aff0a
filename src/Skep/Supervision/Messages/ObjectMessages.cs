using Skep.Abstractions.Events;
using Skep.Abstractions.Objects;

namespace Skep.Supervision.Messages;

/// <summary>Who hosts an object?</summary>
/// <param name="After">A lease with this epoch, or an older one, is over as far as the asker knows.</param>
/// <param name="IsCut">The connection to that lease's host has ended.</param>
internal sealed record ObjectQuestion(ObjectAddress Address, long After, bool IsCut);

/// <summary>Its host.</summary>
/// <param name="Host">The number of the process; null when there is none that could be.</param>
/// <param name="Epoch">Of its lease.</param>
/// <param name="IsYou">The asker is the host.</param>
internal sealed record ObjectPlace(int? Host, long Epoch, bool IsYou);

/// <summary>A lease begins for the receiver, or ends for the sender.</summary>
internal sealed record ObjectLeaseChange(ObjectAddress Address, long Epoch);

/// <summary>When an object wants to be woken.</summary>
internal sealed record AlarmNote(ObjectAddress Address, DateTimeOffset? Due);

/// <summary>An object's alarm is due.</summary>
internal sealed record AlarmCall(ObjectAddress Address, DateTimeOffset ScheduledTime, int RetryCount);

/// <summary>What became of it.</summary>
/// <param name="IsHost">False: the receiver is not the object's host, and nothing was done.</param>
/// <param name="Result">Null when the class is not deployed.</param>
internal sealed record AlarmAnswer(bool IsHost, AlarmResult? Result);
