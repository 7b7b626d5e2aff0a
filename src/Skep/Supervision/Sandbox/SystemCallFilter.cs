using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Skep.Supervision.Sandbox;

/// <summary>Refuses, for every thread of this process and for good, the system calls that a worker process never needs and that whoever
/// has broken out of V8 would like: to run programs, to look into other processes, to change mounts and namespaces, to load code into the
/// kernel (https://docs.kernel.org/userspace-api/seccomp_filter.html).</summary>
internal static unsafe partial class SystemCallFilter
{
    private const int NoNewPrivileges = 38;
    private const int SetFilter = 1;
    private const uint AllThreads = 1;
    private const uint Allow = 0x7fff0000;
    private const uint RefuseNotPermitted = 0x00050000 | 1;
    private const ushort LoadWord = 0x20;
    private const ushort JumpIfEqual = 0x15;
    private const ushort JumpIfAtLeast = 0x35;
    private const ushort Return = 0x06;
    private const uint NumberOffset = 0;
    private const uint ArchitectureOffset = 4;

    // Names and numbers: arch/x86/entry/syscalls/syscall_64.tbl, include/uapi/asm-generic/unistd.h of Linux.
    private static readonly (string Name, int X64, int Arm64)[] _refused =
    [
        ("execve", 59, 221), ("execveat", 322, 281), ("ptrace", 101, 117), ("process_vm_readv", 310, 270), ("process_vm_writev", 311, 271),
        ("pidfd_getfd", 438, 438), ("mount", 165, 40), ("umount2", 166, 39), ("pivot_root", 155, 41), ("chroot", 161, 51), ("open_tree", 428, 428),
        ("move_mount", 429, 429), ("fsopen", 430, 430), ("fsmount", 432, 432), ("unshare", 272, 97), ("setns", 308, 268), ("bpf", 321, 280),
        ("perf_event_open", 298, 241), ("userfaultfd", 323, 282), ("io_uring_setup", 425, 425), ("init_module", 175, 105), ("finit_module", 313, 273),
        ("delete_module", 176, 106), ("kexec_load", 246, 104), ("kexec_file_load", 320, 294), ("add_key", 248, 217), ("request_key", 249, 218),
        ("keyctl", 250, 219), ("open_by_handle_at", 304, 265), ("swapon", 167, 224), ("swapoff", 168, 225), ("reboot", 169, 142),
        ("settimeofday", 164, 170), ("clock_settime", 227, 112), ("acct", 163, 89), ("quotactl", 179, 60), ("mknodat", 259, 33),
    ];

    /// <summary>Begins at once.</summary>
    /// <exception cref="Win32Exception">The kernel refuses.</exception>
    public static void Install()
    {
        var isX64 = RuntimeInformation.ProcessArchitecture == Architecture.X64;
        var architecture = isX64 ? 0xc000003e : 0xc00000b7;

        // Calls of another architecture, x32 among them, have numbers of their own: refused as well.
        List<Instruction> program =
        [
            new(LoadWord, 0, 0, ArchitectureOffset),
            new(JumpIfEqual, 1, 0, architecture),
            new(Return, 0, 0, RefuseNotPermitted),
            new(LoadWord, 0, 0, NumberOffset),
            new(JumpIfAtLeast, 0, 1, 0x40000000),
            new(Return, 0, 0, RefuseNotPermitted),
        ];
        foreach (var (_, x64, arm64) in _refused)
        {
            program.Add(new(JumpIfEqual, 0, 1, (uint)(isX64 ? x64 : arm64)));
            program.Add(new(Return, 0, 0, RefuseNotPermitted));
        }

        program.Add(new(Return, 0, 0, Allow));
        fixed (Instruction* first = program.ToArray())
        {
            ProgramReference reference = new((ushort)program.Count, first);
            var number = isX64 ? 317 : 277;
            if (prctl(NoNewPrivileges, 1, 0, 0, 0) != 0 || syscall(number, SetFilter, AllThreads, &reference) != 0)
                throw new Win32Exception(Marshal.GetLastPInvokeError(), "The system call filter cannot be installed");
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

    [LibraryImport("libc", SetLastError = true)]
    private static partial int prctl(int option, nuint first, nuint second, nuint third, nuint fourth);

    [LibraryImport("libc", SetLastError = true)]
    private static partial nint syscall(long number, int operation, uint flags, ProgramReference* program);
}
