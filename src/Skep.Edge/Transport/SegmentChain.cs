using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>Segments one behind the other, for the kernel in one call instead of one for each (sendmsg(2)).</summary>
internal static unsafe class SegmentChain
{
    private const int AtOnce = 16;

    /// <summary>Sends what the first segments of a chain hold; how many bytes the kernel took. The error is 0, <see cref="LibC.Again"/> when it takes
    /// more later, and otherwise why it never will.</summary>
    public static int Send(int socket, Segment first, out int error)
    {
        LibC.Piece* pieces = stackalloc LibC.Piece[AtOnce];
        Pins pins = default;
        int count = 0;
        Segment? next = first;
        try
        {
            for (; next is not null && count < AtOnce; next = next.Following)
            {
                pins[count] = next.PinUnsent();
                pieces[count] = new LibC.Piece { Bytes = pins[count].Pointer, Length = next.Unsent.Length };
                count++;
            }

            var message = new LibC.MessageHeader { Pieces = pieces, PieceCount = count };
            int flags = next is null ? LibC.NoSignal : LibC.NoSignal | LibC.More;
            for (;;)
            {
                nint sent = LibC.sendmsg(socket, &message, flags);
                error = sent >= 0 ? 0 : Marshal.GetLastPInvokeError();
                if (error != LibC.Interrupted)
                    return sent >= 0 ? (int)sent : 0;
            }
        }
        finally
        {
            for (int i = 0; i < count; i++)
                pins[i].Dispose();
        }
    }

    [InlineArray(AtOnce)]
    private struct Pins
    {
        private MemoryHandle _first;
    }
}
