using System.Runtime.InteropServices;

namespace Skep.Edge.Transport;

/// <summary>A pipe of the kernel, through which bytes go from one socket to another without being copied: it holds references to the
/// memory that they were received in (https://man7.org/linux/man-pages/man2/splice.2.html).</summary>
internal sealed unsafe class SplicePipe : IDisposable
{
    /// <summary>No more is moved into one at a time: a client that reads slowly holds so much of the kernel's memory.</summary>
    public const int Capacity = 256 << 10;

    private const int SetCapacity = 1031;

    private const uint Move = 1;
    private const uint DoNotWait = 2;

    // Each has two descriptors. Beyond these, bytes are copied.
    private const int MostInUse = 1024;
    private const int MostKept = 64;

    private static readonly bool _works = Try();
    private static readonly Stack<SplicePipe> _kept = [];
    private static int _inUse;

    private readonly int _out;
    private readonly int _in;

    private SplicePipe(int output, int input) => (_out, _in) = (output, input);

    /// <summary>How many bytes are in it.</summary>
    public int Count { get; private set; }

    /// <summary>An empty one; null when there are too many, the process is short of descriptors, or the system cannot do it.</summary>
    public static SplicePipe? TryRent()
    {
        lock (_kept)
        {
            if (!_works || _inUse == MostInUse || (!_kept.TryPop(out SplicePipe? pipe) && (pipe = TryOpen()) is null))
                return null;
            _inUse++;
            return pipe;
        }
    }

    /// <summary>Moves into it what a socket has received: how much, 0 at the end, less on an error, which is the last error then.</summary>
    public nint Fill(int socket, int most)
    {
        nint count = LibC.splice(socket, null, _in, null, most, Move | DoNotWait);
        if (count > 0)
            Count += (int)count;
        return count;
    }

    /// <summary>Moves what is in it to a socket, as much as that takes; how much that is. The error is 0 when that is all.</summary>
    public int Empty(int socket, out int error)
    {
        error = 0;
        int before = Count;
        while (Count > 0)
        {
            nint count = LibC.splice(_out, null, socket, null, Count, Move | DoNotWait);
            if (count >= 0)
                Count -= (int)count;
            else if ((error = Marshal.GetLastPInvokeError()) != LibC.Interrupted)
                break;
        }

        if (Count == 0)
            error = 0;
        return before - Count;
    }

    /// <summary>Gives it back; with something in it, it is of no use to others.</summary>
    public void Dispose()
    {
        lock (_kept)
        {
            _inUse--;
            if (Count == 0 && _kept.Count < MostKept)
            {
                _kept.Push(this);
                return;
            }
        }

        Close();
    }

    private static SplicePipe? TryOpen()
    {
        int* ends = stackalloc int[2];
        if (LibC.pipe2(ends, LibC.NonBlocking | LibC.CloseOnExec) < 0)
            return null;
        // Where the system allows no more, it has what pipes have there.
        _ = LibC.fcntl(ends[1], SetCapacity, Capacity);
        return new SplicePipe(ends[0], ends[1]);
    }

    // Sandboxes that play the kernel have sockets and pipes, but not always this.
    private static bool Try()
    {
        int* sockets = stackalloc int[2];
        if (TryOpen() is not { } pipe)
            return false;
        if (LibC.socketpair(LibC.Unix, LibC.Stream | LibC.NonBlocking | LibC.CloseOnExec, 0, sockets) < 0)
        {
            pipe.Close();
            return false;
        }

        byte sent = 1;
        bool works = LibC.send(sockets[0], &sent, 1, LibC.NoSignal) == 1 && pipe.Fill(sockets[1], 1) == 1 && pipe.Empty(sockets[1], out _) == 1;
        pipe.Close();
        _ = LibC.close(sockets[0]);
        _ = LibC.close(sockets[1]);
        return works;
    }

    private void Close()
    {
        _ = LibC.close(_out);
        _ = LibC.close(_in);
    }
}
