using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Skep.V8.Interop;

namespace Skep.V8;

/// <summary>The process that has V8: starts it, and introduces the host's ops to it.</summary>
/// <remarks>V8 lives in the node executable. A managed program gets at it by replacing itself with
/// <c>node &lt;flags&gt; skep-engine.node program.dll arguments</c>: same process id, and managed code runs again inside node.</remarks>
public static unsafe partial class Engine
{
    private const string ShimVariable = "SKEP_ENGINE";

    // Children inherit the environment, but not the engine.
    private const string ProcessVariable = "SKEP_ENGINE_PROCESS";

    private static OpTable? table;

    /// <summary>True when this process has V8.</summary>
    public static bool IsInside =>
        Environment.GetEnvironmentVariable(ShimVariable) is { Length: > 0 }
        && Environment.GetEnvironmentVariable(ProcessVariable) == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);

    /// <summary>V8's version, e.g. <c>14.6.202.34-node.34</c>.</summary>
    public static string Version => Marshal.PtrToStringUTF8((nint)NativeMethods.skep_v8_version())!;

    /// <summary>Called on the thread that V8 would have aborted, with the isolate's state and V8's location; the thread
    /// never returns. See docs/limits.md.</summary>
    public static Action<object?, string>? OutOfMemory { get; set; }

    internal static string ShimPath =>
        Environment.GetEnvironmentVariable(ShimVariable) ?? throw new InvalidOperationException("This process has no V8: call Engine.Enter first.");

    internal static OpTable Table => table ?? throw new InvalidOperationException("Engine.Initialize has not been called.");

    /// <summary>Replaces this process by the same program inside node, unless it is there already. Call it first in Main.</summary>
    /// <exception cref="InvalidOperationException">A part is missing; the message says which and what to do.</exception>
    public static void Enter(string[] arguments)
    {
        if (IsInside) return;
        var command = CommandLine(arguments);
        Environment.SetEnvironmentVariable("NODE_OPTIONS", null);
        Execute(command);
    }

    /// <summary>What starts this program, with these arguments, in a process that has V8. NODE_OPTIONS must not be set for it.</summary>
    /// <exception cref="InvalidOperationException">A part is missing; the message says which and what to do.</exception>
    public static string[] CommandLine(IReadOnlyList<string> arguments)
    {
        var program = Assembly.GetEntryAssembly()!.Location;
        var shim = Path.Combine(AppContext.BaseDirectory, "skep-engine.node");
        if (!File.Exists(shim)) throw new InvalidOperationException($"{shim} is missing: build the solution again.");
        return [FindNode(), .. Flags(), shim, program, .. arguments];
    }

    /// <summary>Hands the ops to the shim. Once, before the first snapshot or isolate.</summary>
    public static void Initialize(OpTable ops)
    {
        if (NativeMethods.skep_abi_version() is var version && version != NativeMethods.AbiVersion)
        {
            throw new InvalidOperationException(
                $"{ShimPath} has ABI {version}, this build needs {NativeMethods.AbiVersion}: rebuild it (build/setup.sh).");
        }

        table = ops;
        Callbacks callbacks = new()
        {
            Op = &OpTable.Dispatch,
            ResolveModule = &ResolveModule,
            Wake = &Wake,
            Lost = &Lost,
        };
        var names = ops.Names.Select(Utf8Text.Terminated).ToArray();
        var pins = names.Select(name => GCHandle.Alloc(name, GCHandleType.Pinned)).ToArray();
        var pointers = stackalloc byte*[names.Length];
        for (var i = 0; i < names.Length; i++) pointers[i] = (byte*)pins[i].AddrOfPinnedObject();
        NativeMethods.skep_initialize(&callbacks, pointers, names.Length);
        foreach (var pin in pins) pin.Free();
    }

    /// <summary>Gives the kernel back what ended isolates left free in the C heap: there it is only returned from the heap's end, and something
    /// always lives behind it. Takes milliseconds; other threads may go on.</summary>
    public static void ReturnFreeMemory() => NativeMethods.skep_return_free_memory();

    private static string[] Flags() =>
        File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "node-flags")).Where(line => line.Length > 0).ToArray();

    private static string FindNode()
    {
        if (Environment.GetEnvironmentVariable("SKEP_NODE") is { Length: > 0 } given) return given;
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            var candidate = Path.Combine(folder, "node_modules", $"node-linux-{architecture}", "bin", "node");
            if (File.Exists(candidate)) return candidate;
        }

        throw new InvalidOperationException(
            $"No node_modules/node-linux-{architecture} above {AppContext.BaseDirectory}: run npm ci there, or set SKEP_NODE to its bin/node.");
    }

    [DoesNotReturn]
    private static void Execute(string[] command)
    {
        var argv = (byte**)NativeMemory.AllocZeroed((nuint)(command.Length + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < command.Length; i++) argv[i] = (byte*)Marshal.StringToCoTaskMemUTF8(command[i]);
        _ = execv(argv[0], argv);
        throw new InvalidOperationException($"{command[0]} cannot be started (errno {Marshal.GetLastSystemError()}).");
    }

    [LibraryImport("libc")]
    private static partial int execv(byte* path, byte** argv);

    [UnmanagedCallersOnly]
    private static int ResolveModule(nint managed, char* specifier, int length, int referrer)
    {
        var isolate = Isolate.FromHandle(managed)!;
        try
        {
            return isolate.ResolveModule(new string(specifier, 0, length), referrer);
        }
        catch (Exception exception)
        {
            isolate.Throw(exception);
            return -1;
        }
    }

    [UnmanagedCallersOnly]
    private static void Wake(nint managed)
    {
        if (managed != 0) Isolate.FromHandle(managed)?.OnTaskPosted();
    }

    [UnmanagedCallersOnly]
    private static void Lost(nint managed, byte* where)
    {
        // Nothing may be thrown through V8, and this thread has nobody to throw to.
        OutOfMemory?.Invoke(managed == 0 ? null : Isolate.FromHandle(managed)?.State, Marshal.PtrToStringUTF8((nint)where) ?? "");
    }
}
