using Skep.Supervision.Link;

namespace Skep.Supervision.Peers;

/// <summary>Something that frames are for: a request, a call, a capability, a stream. Called on the thread that reads the connection, one frame
/// after the other: it must neither wait nor run a worker's code there.</summary>
internal interface IPeerItem
{
    /// <summary>A frame came for it.</summary>
    /// <param name="kind">What it says.</param>
    /// <param name="payload">Belongs to the item.</param>
    /// <exception cref="InvalidDataException">The other process does not speak this protocol.</exception>
    void Take(FrameKind kind, byte[] payload);

    /// <summary>The other process is gone: no frame will come any more.</summary>
    void Lost();
}
