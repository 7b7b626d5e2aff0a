using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>Lets a listening socket take no new connections while those that it has taken can still be accepted: the kernel
/// drops the first packet of any further one (socket(7), SO_ATTACH_FILTER). Its client tries again after a second, and is refused then,
/// where a connection in the queue of a socket that is closed would be reset.</summary>
internal static unsafe class NewConnectionFilter
{
    private const int SolSocket = 1;
    private const int SoAttachFilter = 26;

    // Classic BPF over the TCP header: https://www.kernel.org/doc/html/latest/networking/filter.html
    private const ushort LoadByte = 0x30;
    private const ushort JumpIfBitsSet = 0x45;
    private const ushort Return = 0x06;
    private const uint FlagsOffset = 13;
    private const uint Syn = 2;

    private static readonly Instruction[] Program =
    [
        new(LoadByte, 0, 0, FlagsOffset),
        new(JumpIfBitsSet, 0, 1, Syn),
        new(Return, 0, 0, 0),
        new(Return, 0, 0, uint.MaxValue),
    ];

    /// <summary>Takes effect at once. Where the kernel has no such filters nothing changes.</summary>
    public static void Attach(Socket listening)
    {
        fixed (Instruction* first = Program)
        {
            ProgramReference reference = new((ushort)Program.Length, first);
            try
            {
                listening.SetRawSocketOption(SolSocket, SoAttachFilter, new ReadOnlySpan<byte>(&reference, sizeof(ProgramReference)));
            }
            catch (SocketException unavailable) when (unavailable.SocketErrorCode is SocketError.ProtocolOption or SocketError.OperationNotSupported or SocketError.AccessDenied)
            {
                // A sandboxed kernel: connections that come in the last moment are reset, as by any server.
            }
        }
    }

    /// <summary><c>struct sock_filter</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Instruction(ushort code, byte ifTrue, byte ifFalse, uint operand)
    {
        private readonly ushort code = code;
        private readonly byte ifTrue = ifTrue;
        private readonly byte ifFalse = ifFalse;
        private readonly uint operand = operand;
    }

    /// <summary><c>struct sock_fprog</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct ProgramReference(ushort length, Instruction* first)
    {
        private readonly ushort length = length;
        private readonly Instruction* first = first;
    }
}
