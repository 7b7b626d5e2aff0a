using System.Buffers;

namespace Skep.Runtime.WebSockets;

/// <summary>What a peer sent, whole: a message, or the close frame that ends its half.</summary>
/// <param name="Code"><see cref="Opcode.Text"/>, <see cref="Opcode.Binary"/> or <see cref="Opcode.Close"/>.</param>
/// <param name="Memory">Where the payload is: the batch's buffer, or an array of its own.</param>
/// <param name="Offset">The payload's place there.</param>
/// <param name="Length">The payload's length: text is valid UTF-8, a close frame's is its reason.</param>
/// <param name="Status">A close frame's code.</param>
/// <param name="IsOwn">The array is this message's own and goes back to the pool with it.</param>
internal readonly record struct InboundMessage(Opcode Code, byte[] Memory, int Offset, int Length, int Status, bool IsOwn)
{
    public ReadOnlySpan<byte> Payload => Memory.AsSpan(Offset, Length);

    /// <summary>Gives its memory back.</summary>
    public void Release(MemoryBudget budget)
    {
        if (!IsOwn) return;
        budget.Give(Memory.Length);
        ArrayPool<byte>.Shared.Return(Memory);
    }
}
