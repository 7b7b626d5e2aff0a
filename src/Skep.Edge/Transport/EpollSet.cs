using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>An epoll instance and the last batch of events it gave. Edge-triggered: each change is reported once
/// (https://man7.org/linux/man-pages/man7/epoll.7.html). Closed by the finalizer: a thread that was overtaken, and comes back
/// after the loop has ended, must not meet a descriptor that belongs to something else by now.</summary>
internal sealed unsafe class EpollSet
{
    public const int Capacity = 128;

    public const uint Readable = 0x1;
    public const uint Writable = 0x4;
    public const uint Failed = 0x8;
    public const uint HungUp = 0x10;
    public const uint PeerFinished = 0x2000;
    private const uint EdgeTriggered = 1u << 31;
    private const int Add = 1;
    private const int Delete = 2;

    // The kernel packs the structure on x86-64 only.
    private static readonly int _stride = RuntimeInformation.ProcessArchitecture == Architecture.X64 ? 12 : 16;
    private static readonly int _keyOffset = _stride - 8;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly byte* _events;

    public EpollSet()
    {
        _epoll = LibC.epoll_create1(LibC.CloseOnExec);
        _wake = LibC.eventfd(0, LibC.CloseOnExec | LibC.NonBlocking);
        if (_epoll < 0 || _wake < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError());
        _events = (byte*)NativeMemory.AllocZeroed((nuint)(Capacity * _stride));
        if (!TryWatch(_wake, key: 0))
            throw new Win32Exception(Marshal.GetLastPInvokeError());
    }

    ~EpollSet()
    {
        _ = LibC.close(_epoll);
        _ = LibC.close(_wake);
        NativeMemory.Free(_events);
    }

    /// <summary>Reports changes of a descriptor from now on, what is already there first. Closing the descriptor ends it. False when
    /// the kernel is short of memory for it.</summary>
    public bool TryWatch(int fd, long key)
    {
        byte* request = stackalloc byte[16];
        *(uint*)request = Readable | Writable | PeerFinished | EdgeTriggered;
        *(long*)(request + _keyOffset) = key;
        return LibC.epoll_ctl(_epoll, Add, fd, request) == 0;
    }

    /// <summary>Reports its changes no more. Needed where closing is not enough: the descriptor goes on in another loop, or another process
    /// has it, too.</summary>
    public void Unwatch(int fd) => _ = LibC.epoll_ctl(_epoll, Delete, fd, null);

    /// <summary>Waits for events, or only takes those that are there, and returns how many there are.</summary>
    public int Wait(bool onlyLook)
    {
        int count = LibC.epoll_wait(_epoll, _events, Capacity, onlyLook ? 0 : -1);
        if (count >= 0)
            return count;
        int error = Marshal.GetLastPInvokeError();
        return error == LibC.Interrupted ? 0 : throw new Win32Exception(error);
    }

    /// <summary>Makes <see cref="Wait"/> return.</summary>
    public void Wake()
    {
        long one = 1;
        _ = LibC.write(_wake, (byte*)&one, sizeof(long));
    }

    public (uint Changes, long Key) Event(int index)
    {
        byte* at = _events + (index * _stride);
        return (*(uint*)at, *(long*)(at + _keyOffset));
    }
}
