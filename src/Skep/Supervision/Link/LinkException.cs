using Skep.Abstractions.Errors;

namespace Skep.Supervision.Link;

/// <summary>A call failed on the other side in a way that has no type of its own here; the message is the other side's.</summary>
internal class LinkException(string message) : IOException(message);

/// <summary>The other side is gone: whether it has done what it was asked is unknown.</summary>
internal sealed class LinkClosedException() : LinkException("The process at the other end of the link has ended."), ILostConnection;
