namespace Skep.Abstractions.Rpc;

/// <summary>A value on its way between workers: bytes of structured cloning, and beside them what cannot be copied.</summary>
/// <param name="Bytes">The value. Attachments are in it by their place.</param>
/// <param name="Attachments">Each belongs to whoever has the message and must be used or let go (<see cref="RpcAttachment.Release"/>) once.</param>
public sealed record RpcMessage(ReadOnlyMemory<byte> Bytes, IReadOnlyList<RpcAttachment> Attachments)
{
    /// <summary>Lets go of everything: nobody wants the message.</summary>
    public void Release()
    {
        foreach (var each in Attachments) each.Release();
    }
}
