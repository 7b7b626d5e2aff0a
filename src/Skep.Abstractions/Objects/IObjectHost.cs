namespace Skep.Abstractions.Objects;

/// <summary>Runs Durable Objects in this process.</summary>
public interface IObjectHost
{
    /// <summary>Ends what there is of an object here: it takes nothing more, what it does may end for a moment, its storage is closed.</summary>
    /// <returns>Completes when another host may have it; at once when there is nothing of it.</returns>
    Task EvictObjectAsync(ObjectAddress address);

    /// <summary>Is called when nothing is left of an object here, neither an instance nor WebSockets: another host may have it.</summary>
    Action<ObjectAddress>? ObjectGone { get; set; }

    /// <summary>Says which version an object is to have by now, by its id; null for one that nobody knows. Null: an object keeps the version that it began with.</summary>
    Func<ObjectAddress, string?>? VersionOf { get; set; }

    /// <summary>Deployments have changed: ends, in order, what there is of objects here that are to have another version now. They begin anew with it.</summary>
    void MoveObjects();
}
