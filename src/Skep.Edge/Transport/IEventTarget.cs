namespace Skep.Edge.Transport;

/// <summary>What an event loop tells about the changes of a descriptor.</summary>
internal interface IEventTarget
{
    /// <summary>Its place in the loop's table, given when it was added; no two targets ever have the same.</summary>
    long EventKey { get; set; }

    /// <summary>The descriptor changed (<see cref="EpollSet"/>'s bits). Runs on the loop's leader; may run a worker and so last long.</summary>
    void OnChanges(uint changes);
}
