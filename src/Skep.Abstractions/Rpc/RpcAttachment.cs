using System.IO.Pipelines;

namespace Skep.Abstractions.Rpc;

/// <summary>What travels beside a message's bytes: exactly one of the four.</summary>
/// <param name="Capability">Something that can be called.</param>
/// <param name="Readable">Bytes to be read.</param>
/// <param name="Length">The number of bytes, when it is known.</param>
/// <param name="Writable">Where the receiver writes bytes.</param>
/// <param name="Service">A Worker's entrypoint, or a Durable Object.</param>
public readonly record struct RpcAttachment(
    RpcCapability? Capability, Stream? Readable = null, long? Length = null, PipeWriter? Writable = null, RpcService? Service = null)
{
    /// <summary>Lets go of it.</summary>
    public void Release()
    {
        Capability?.Release();
        Readable?.Dispose();
        Writable?.Complete(new IOException("The other side did not take the stream."));
    }
}
