using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>The system calls of the transport. Sockets are non-blocking: none of these waits but <see cref="epoll_wait"/>.</summary>
internal static unsafe partial class LibC
{
    public const int Again = 11;
    public const int Interrupted = 4;

    /// <summary>Process or system is out of descriptors, memory or epoll watches: EMFILE, ENFILE, ENOBUFS, ENOMEM, ENOSPC.</summary>
    public static bool IsShortage(int error) => error is 24 or 23 or 105 or 12 or 28;

    public const int CloseOnExec = 0x80000;
    public const int NonBlocking = 0x800;
    public const int NoSignal = 0x4000;
    public const int More = 0x8000;
    public const int ShutdownWrite = 1;
    public const int ShutdownBoth = 2;
    public const int SolSocket = 1;
    public const int SoLinger = 13;
    public const int SoError = 4;
    public const int Unix = 1;
    public const int Stream = 1;
    public const int Tcp = 6;
    public const int TcpNoDelay = 1;
    public const int Peek = 2;
    public const int InProgress = 115;
    public const short PollReadable = 1;
    private const int GetFlags = 3;
    private const int SetFlags = 4;

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_create1(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_ctl(int epoll, int operation, int fd, byte* epollEvent);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int epoll_wait(int epoll, byte* events, int capacity, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int eventfd(uint initial, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint recv(int fd, byte* buffer, nint length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint send(int fd, byte* buffer, nint length, int flags);

    /// <summary>Sends as much as the kernel takes; how much that is. The error is 0 when that is all, <see cref="Again"/> when the kernel takes
    /// more later, and otherwise why it never will.</summary>
    public static int SendUntilFull(int fd, ReadOnlySpan<byte> unsent, int flags, out int error)
    {
        error = 0;
        int sent = 0;
        while (sent < unsent.Length)
        {
            nint count;
            fixed (byte* bytes = unsent)
                count = send(fd, bytes + sent, unsent.Length - sent, flags);
            if (count >= 0)
            {
                sent += (int)count;
                continue;
            }

            error = Marshal.GetLastPInvokeError();
            if (error != Interrupted)
                return sent;
            error = 0;
        }

        return sent;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int fd, byte* buffer, nint length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int accept4(int fd, byte* address, int* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socket(int family, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int connect(int fd, byte* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(PollRequest* requests, nuint count, int milliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockopt(int fd, int level, int name, void* value, int* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int getsockname(int fd, byte* address, int* length);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int setsockopt(int fd, int level, int name, void* value, int length);

    /// <summary><c>struct iovec</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public void* Bytes;
        public nint Length;
    }

    /// <summary><c>struct msghdr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public void* Address;
        public uint AddressLength;
        public Piece* Pieces;
        public nint PieceCount;
        public void* Control;
        public nint ControlLength;
        public int Flags;
    }

    /// <summary><c>struct pollfd</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollRequest
    {
        public int Descriptor;
        public short Asked;
        public short Found;
    }

    /// <summary>Calls on it return <see cref="Again"/> instead of waiting.</summary>
    public static void SetNonBlocking(int fd) => _ = fcntl(fd, SetFlags, fcntl(fd, GetFlags, 0) | NonBlocking);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int shutdown(int fd, int how);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int close(int fd);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int fd, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int socketpair(int family, int kind, int protocol, int* ends);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int pipe2(int* ends, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint splice(int input, long* inputOffset, int output, long* outputOffset, nint length, uint flags);
}
