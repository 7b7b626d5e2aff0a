namespace Skep.Abstractions.Objects;

/// <summary>Runs Durable Objects in this process.</summary>
public interface IObjectHost
{
    /// <summary>Ends what there is of an object here: it takes nothing more, what it does may end for a moment, its storage is closed.</summary>
    /// <returns>Completes when another host may have it; at once when there is nothing of it.</returns>
    Task EvictObjectAsync(ObjectAddress address);

    /// <summary>Is called when nothing is left of an object here, neither an instance nor WebSockets: another host may have it.</summary>
    Action<ObjectAddress>? ObjectGone { get; set; }
}
