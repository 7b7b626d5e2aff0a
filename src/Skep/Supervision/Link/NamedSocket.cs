using System.ComponentModel;
using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Skep.Supervision.Link;

/// <summary>A Unix socket with a name in a folder, for the links of processes that were not started by this one. Only the folder's owner can speak on it.</summary>
/// <remarks>The address of a socket has 108 bytes, which the folders of projects exceed. So the folder is opened, and the address leads through its
/// descriptor.</remarks>
internal sealed unsafe partial class NamedSocket : SafeHandleMinusOneIsInvalid
{
    private const int Unix = 1;
    private const int Stream = 1;
    private const int CloseOnExec = 0x80000;
    private const int OpenFolder = 0x200000 | 0x10000 | CloseOnExec; // O_PATH, O_DIRECTORY
    private const int MostWaiting = 16;
    private const int Both = 2;

    // Errors of connect(2): no such name, nobody listens.
    private const int NoEntry = 2;
    private const int Refused = 111;
    private const int Interrupted = 4;

    /// <summary>For the call that makes it.</summary>
    public NamedSocket()
        : base(ownsHandle: true)
    {
    }

    /// <summary>Listens. What a process has left behind that was killed is removed: the caller knows that nobody else listens.</summary>
    /// <exception cref="IOException">The folder takes no socket.</exception>
    public static NamedSocket Listen(string folder, string name)
    {
        var path = Path.Combine(folder, name);
        File.Delete(path);
        var listening = socket(Unix, Stream | CloseOnExec, 0);
        try
        {
            if (At(folder, name, (address, length) => bind(listening, address, length)) != 0) throw Error($"{path} cannot be made");
            // Before anybody can connect.
            if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
            if (listen(listening, MostWaiting) != 0) throw Error($"{path} cannot be listened on");
            return listening;
        }
        catch
        {
            listening.Dispose();
            throw;
        }
    }

    /// <summary>A connection to whoever listens; null when nobody does.</summary>
    /// <exception cref="IOException">This user may not connect.</exception>
    public static LinkSocket? TryConnect(string folder, string name)
    {
        using var connecting = socket(Unix, Stream | CloseOnExec, 0);
        for (;;)
        {
            if (At(folder, name, (address, length) => connect(connecting, address, length)) == 0)
            {
                var connected = LinkSocket.Inherited((int)connecting.handle);
                connecting.SetHandleAsInvalid();
                return connected;
            }

            switch (Marshal.GetLastPInvokeError())
            {
                case Interrupted: continue;
                case NoEntry or Refused: return null;
                default: throw Error($"{Path.Combine(folder, name)} cannot be connected to");
            }
        }
    }

    /// <summary>Waits for a connection; null when no more are taken.</summary>
    public LinkSocket? Accept()
    {
        for (;;)
        {
            var accepted = accept4(this, null, null, CloseOnExec);
            if (accepted >= 0) return LinkSocket.Inherited(accepted);
            if (Marshal.GetLastPInvokeError() != Interrupted) return null;
        }
    }

    /// <summary>Takes no more connections: whoever waits for one is woken.</summary>
    public void ShutDown() => _ = shutdown(this, Both);

    /// <inheritdoc/>
    protected override bool ReleaseHandle() => close((int)handle) == 0;

    private delegate int Call(Address* address, int length);

    private static int At(string folder, string name, Call call)
    {
        var descriptor = open(folder, OpenFolder, 0);
        if (descriptor < 0) return -1;
        try
        {
            Address address = new() { Family = Unix };
            var length = Encoding.UTF8.GetBytes($"/proc/self/fd/{descriptor}/{name}", new Span<byte>(address.Path, Address.MostBytes - 1));
            var result = call(&address, sizeof(ushort) + length + 1);
            // Closing the folder must not hide why the call failed.
            var error = Marshal.GetLastPInvokeError();
            _ = close(descriptor);
            Marshal.SetLastPInvokeError(error);
            return result;
        }
        catch
        {
            _ = close(descriptor);
            throw;
        }
    }

    private static IOException Error(string what) => new($"{what}: {new Win32Exception(Marshal.GetLastPInvokeError()).Message}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial NamedSocket socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int bind(NamedSocket socket, Address* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int listen(NamedSocket socket, int backlog);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int accept4(NamedSocket socket, void* address, void* length, int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int connect(NamedSocket socket, Address* address, int length);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int shutdown(NamedSocket socket, int how);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags, int mode);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int descriptor);

    /// <summary><c>struct sockaddr_un</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Address
    {
        public const int MostBytes = 108;

        public ushort Family;
        public fixed byte Path[MostBytes];
    }
}
