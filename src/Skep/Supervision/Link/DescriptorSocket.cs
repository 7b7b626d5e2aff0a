using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Skep.Supervision.Link;

/// <summary>One end of a socket pair over which descriptors are given to another process (https://man7.org/linux/man-pages/man7/unix.7.html, SCM_RIGHTS).</summary>
internal sealed unsafe partial class DescriptorSocket : SafeHandle
{
    private const int Unix = 1;
    private const int Packets = 5;
    private const int CloseOnExec = 0x80000;
    private const int SocketLevel = 1;
    private const int Rights = 1;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int ReceiveCloseOnExec = 0x40000000;
    private const int Interrupted = 4;

    private DescriptorSocket(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle < 0;

    /// <summary>The number that a child process inherits it under.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Two ends of a new connection. Neither is inherited by a process that is started.</summary>
    public static (DescriptorSocket Ours, DescriptorSocket Theirs) Pair()
    {
        int* pair = stackalloc int[2];
        if (socketpair(Unix, Packets | CloseOnExec, 0, pair) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return (new DescriptorSocket(pair[0]), new DescriptorSocket(pair[1]));
    }

    /// <summary>The end that this process was started with.</summary>
    public static DescriptorSocket Inherited(int descriptor)
    {
        LinkSocket.SetInheritable(descriptor, false);
        return new(descriptor);
    }

    /// <summary>Gives the other process a descriptor of its own; false when it is gone, or takes none at the moment.</summary>
    /// <param name="note">Says what it is.</param>
    public bool TrySend(long note, int descriptor)
    {
        Control control = new() { Length = (nuint)(sizeof(ControlHead) + sizeof(int)), Level = SocketLevel, Type = Rights, Descriptor = descriptor };
        Part part = new() { Start = &note, Length = sizeof(long) };
        Message message = new() { Parts = &part, PartCount = 1, Control = &control, ControlLength = (nuint)sizeof(Control) };
        return sendmsg(this, &message, NoSignal | DoNotWait) == sizeof(long);
    }

    /// <summary>Waits for a descriptor; false at the end.</summary>
    public bool TryReceive(out long note, out int descriptor)
    {
        Control control = default;
        long received = 0;
        Part part = new() { Start = &received, Length = sizeof(long) };
        (note, descriptor) = (0, -1);
        for (;;)
        {
            Message message = new() { Parts = &part, PartCount = 1, Control = &control, ControlLength = (nuint)sizeof(Control) };
            var count = recvmsg(this, &message, ReceiveCloseOnExec);
            if (count < 0 && Marshal.GetLastPInvokeError() == Interrupted) continue;
            if (count != sizeof(long) || message.ControlLength == 0 || control.Level != SocketLevel || control.Type != Rights) return false;
            (note, descriptor) = (received, control.Descriptor);
            return true;
        }
    }

    protected override bool ReleaseHandle() => close((int)handle) == 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint sendmsg(DescriptorSocket socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recvmsg(DescriptorSocket socket, Message* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    /// <summary><c>struct iovec</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Part
    {
        public void* Start;
        public nuint Length;
    }

    /// <summary><c>struct msghdr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Message
    {
        public void* Name;
        public uint NameLength;
        public Part* Parts;
        public nuint PartCount;
        public void* Control;
        public nuint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct cmsghdr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct ControlHead
    {
        public nuint Length;
        public int Level;
        public int Type;
    }

    /// <summary>A <c>struct cmsghdr</c> with one descriptor.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 24)]
    private struct Control
    {
        public nuint Length;
        public int Level;
        public int Type;
        public int Descriptor;
    }
}
