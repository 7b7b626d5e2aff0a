namespace Skep.Abstractions.Objects;

/// <summary>Says who hosts which object: at any time one host at most. On one machine a table in memory; on several one that they share.</summary>
/// <remarks>A host that does not know yet that it has lost its lease is kept from doing harm by the epoch: an object's storage refuses
/// whoever comes with a lower one than it has seen.</remarks>
public interface IObjectLeases
{
    /// <summary>The lease of an object: the one that is held, as soon as its host takes events, or a new one for <paramref name="host"/> when nobody has it.</summary>
    /// <param name="address">The object.</param>
    /// <param name="host">Who takes it when nobody has it.</param>
    /// <param name="after">Waits until a lease with this epoch, or an older one, is held no more; 0: any will do.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    ValueTask<ObjectLease> AcquireAsync(ObjectAddress address, string host, long after, CancellationToken cancellation = default);

    /// <summary>The host takes events for the object from now on.</summary>
    ValueTask ConfirmAsync(ObjectAddress address, long epoch);

    /// <summary>The host has let go of the object: nothing of it runs there, and its storage is closed.</summary>
    /// <param name="address">The object.</param>
    /// <param name="epoch">Of the lease; nothing happens when another is held.</param>
    ValueTask ReleaseAsync(ObjectAddress address, long epoch);

    /// <summary>The host is gone with everything that it had.</summary>
    ValueTask ReleaseAllAsync(string host);
}

/// <summary>The right to host an object.</summary>
/// <param name="Host">Who has it.</param>
/// <param name="Epoch">The fencing token: higher than that of every lease that this object had before.</param>
/// <param name="IsNew">It was given by this very call.</param>
public readonly record struct ObjectLease(string Host, long Epoch, bool IsNew);
