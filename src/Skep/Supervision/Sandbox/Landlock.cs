using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Skep.Supervision.Sandbox;

/// <summary>Takes files away from the calling thread and from every process that it starts, for good, but for those that are named
/// (https://docs.kernel.org/userspace-api/landlock.html). Binding TCP ports, and signals and abstract sockets of processes outside,
/// go too where the kernel knows how.</summary>
internal static unsafe partial class Landlock
{
    private const long CreateRuleset = 444;
    private const long AddRule = 445;
    private const long RestrictSelf = 446;
    private const uint AskVersion = 1;
    private const int PathBeneath = 1;
    private const int NoNewPrivileges = 38;
    private const int OpenPath = 0x200000;
    private const int CloseOnExec = 0x80000;

    // The rights by the version of the interface that brought them.
    private static readonly ulong[] _fileRights = [Below(13), Below(14), Below(15), Below(15), Below(16)];
    private const ulong BindTcp = 1;
    private const ulong AbstractSockets = 1;
    private const ulong Signals = 2;
    private const int NetworkSince = 4;
    private const int ScopesSince = 6;

    /// <summary>What the kernel offers; 0 for nothing.</summary>
    public static int Version => Math.Max(0, (int)syscall(CreateRuleset, 0, 0, AskVersion));

    /// <summary>Restricts the calling thread. What does not exist is passed over.</summary>
    /// <param name="readable">Files, and folders with all below them, that may be read and executed.</param>
    /// <param name="writable">Files and folders with which everything may be done.</param>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void Restrict(IEnumerable<string> readable, IEnumerable<string> writable)
    {
        var version = Version;
        var all = _fileRights[Math.Clamp(version, 1, _fileRights.Length) - 1];
        Ruleset attributes = new(all, version >= NetworkSince ? BindTcp : 0, version >= ScopesSince ? AbstractSockets | Signals : 0);
        var size = version >= ScopesSince ? 24 : version >= NetworkSince ? 16 : 8;
        var ruleset = (int)Check(syscall(CreateRuleset, (nint)(&attributes), size, 0));
        try
        {
            foreach (var path in readable) Allow(ruleset, path, (ulong)(Right.Execute | Right.ReadFile | Right.ReadDirectory));
            foreach (var path in writable) Allow(ruleset, path, all);
            Check(prctl(NoNewPrivileges, 1, 0, 0, 0));
            Check(syscall(RestrictSelf, ruleset, 0, 0));
        }
        finally
        {
            _ = close(ruleset);
        }
    }

    private static void Allow(int ruleset, string path, ulong rights)
    {
        if (!Path.Exists(path)) return;
        var descriptor = (int)Check(open(path, OpenPath | CloseOnExec));
        try
        {
            Beneath beneath = new(Directory.Exists(path) ? rights : rights & (ulong)Right.OfFiles, descriptor);
            Check(syscall4(AddRule, ruleset, PathBeneath, (nint)(&beneath), 0));
        }
        finally
        {
            _ = close(descriptor);
        }
    }

    private static ulong Below(int bit) => (1UL << bit) - 1;

    private static nint Check(nint result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [Flags]
    private enum Right : ulong
    {
        Execute = 1,
        WriteFile = 2,
        ReadFile = 4,
        ReadDirectory = 8,
        Truncate = 1 << 14,
        ControlDevice = 1 << 15,

        OfFiles = Execute | WriteFile | ReadFile | Truncate | ControlDevice,
    }

    /// <summary><c>struct landlock_ruleset_attr</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private readonly struct Ruleset(ulong files, ulong network, ulong scopes)
    {
        private readonly ulong files = files;
        private readonly ulong network = network;
        private readonly ulong scopes = scopes;
    }

    /// <summary><c>struct landlock_path_beneath_attr</c></summary>
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly struct Beneath(ulong rights, int path)
    {
        private readonly ulong rights = rights;
        private readonly int path = path;
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(long number, nint first, nint second, uint third);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint syscall4(long number, nint first, nint second, nint third, uint fourth);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int open(string path, int flags);

    [LibraryImport("libc")]
    private static partial int close(int descriptor);
}
