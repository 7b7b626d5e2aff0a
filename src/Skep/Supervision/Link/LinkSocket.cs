using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Skep.Supervision.Link;

/// <summary>One end of a Unix socket pair. It has no name in the file system: only who inherited it can speak on it.</summary>
/// <remarks>Plain system calls, not <see cref="System.Net.Sockets.Socket"/>: reading blocks on a thread of its own, while writing must not
/// block, and a socket of .NET can be told only the one or the other for both directions.</remarks>
internal sealed unsafe partial class LinkSocket : SafeHandle
{
    private const int Unix = 1;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;
    private const int DoNotWait = 0x40;
    private const int NoSignal = 0x4000;
    private const int Both = 2;
    private const int SetDescriptorFlags = 2;
    private const int Interrupted = 4;
    private const int Again = 11;

    private LinkSocket(int descriptor)
        : base(-1, ownsHandle: true) => SetHandle(descriptor);

    public override bool IsInvalid => handle < 0;

    /// <summary>The number that a child process inherits it under.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Two ends of a new connection. Neither is inherited by a process that is started.</summary>
    public static (LinkSocket Ours, LinkSocket Theirs) Pair()
    {
        int* pair = stackalloc int[2];
        if (socketpair(Unix, Stream | CloseOnExec, 0, pair) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
        return (new LinkSocket(pair[0]), new LinkSocket(pair[1]));
    }

    /// <summary>The end that this process was started with.</summary>
    public static LinkSocket Inherited(int descriptor)
    {
        LinkSocket socket = new(descriptor);
        socket.SetInheritable(false);
        return socket;
    }

    /// <summary>Whether processes that are started from now on get it.</summary>
    public void SetInheritable(bool inheritable) => SetInheritable(Descriptor, inheritable);

    /// <summary>As <see cref="SetInheritable(bool)"/>, for any descriptor.</summary>
    public static void SetInheritable(int descriptor, bool inheritable)
    {
        if (fcntl(descriptor, SetDescriptorFlags, inheritable ? 0 : 1) != 0) throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    /// <summary>Waits for bytes; 0 when the other end is closed, or this one was shut down.</summary>
    public int Receive(Span<byte> buffer)
    {
        fixed (byte* first = buffer)
        {
            for (;;)
            {
                var received = recv(this, first, buffer.Length, 0);
                if (received >= 0) return (int)received;
                if (Marshal.GetLastPInvokeError() != Interrupted) return 0; // reset: the process at the other end is gone
            }
        }
    }

    /// <summary>Sends what fits. Less than everything when the other side does not keep up and <paramref name="wait"/> is false; -1 when
    /// there is no other side any more.</summary>
    public int Send(ReadOnlySpan<byte> bytes, bool wait)
    {
        var sent = 0;
        fixed (byte* first = bytes)
        {
            while (sent < bytes.Length && !IsClosed)
            {
                var count = send(this, first + sent, bytes.Length - sent, NoSignal | (wait ? 0 : DoNotWait));
                if (count >= 0)
                {
                    sent += (int)count;
                    continue;
                }

                var error = Marshal.GetLastPInvokeError();
                if (error == Interrupted) continue;
                return error == Again ? sent : -1;
            }
        }

        return sent;
    }

    /// <summary>Ends both directions: whoever waits on it, on either side, is woken.</summary>
    public void ShutDown()
    {
        try
        {
            _ = shutdown(this, Both);
        }
        catch (ObjectDisposedException)
        {
            // The other side ended first.
        }
    }

    protected override bool ReleaseHandle() => close((int)handle) == 0;

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socketpair(int domain, int type, int protocol, int* pair);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint recv(LinkSocket socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint send(LinkSocket socket, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(LinkSocket socket, int how);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);
}
