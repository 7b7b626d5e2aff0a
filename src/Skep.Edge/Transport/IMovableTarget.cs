namespace Skep.Edge.Transport;

/// <summary>A target that can be told by another loop from now on.</summary>
internal interface IMovableTarget : IEventTarget
{
    /// <summary>Goes over to the loop, unless it is closed. Called by the monitor.</summary>
    void MoveTo(EventLoop loop);
}
