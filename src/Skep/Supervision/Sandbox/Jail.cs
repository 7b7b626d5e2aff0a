using System.Diagnostics;
using Skep.V8;

namespace Skep.Supervision.Sandbox;

/// <summary>Starts processes that see the program, the system's libraries, a folder for temporary files and what they are given, and no other file:
/// of the data folder only the parts that they work with themselves.</summary>
/// <remarks>What Landlock takes away, it takes from a thread and the processes that this starts; the threads that a runtime has
/// already started keep everything. So a thread of the supervisor locks itself up and starts the processes, and nothing else.</remarks>
/// <param name="readable">What else may be read.</param>
/// <param name="writable">Folders, which must be there, in which everything may be done.</param>
internal sealed class Jail(IEnumerable<string> readable, params IEnumerable<string> writable) : IDisposable
{
    // Libraries, certificates, name resolution, time zones; what .NET asks about the machine.
    private static readonly string[] _system =
    [
        "/usr", "/bin", "/lib", "/lib64", "/proc", "/sys/fs/cgroup", "/sys/devices/system", "/run/systemd/resolve", "/etc/ssl", "/etc/pki", "/etc/ca-certificates",
        "/etc/resolv.conf", "/etc/hosts", "/etc/host.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services", "/etc/localtime", "/etc/ld.so.cache", "/etc/dotnet",
    ];

    private static readonly string[] _devices = ["/dev/null", "/dev/zero", "/dev/random", "/dev/urandom"];

    private readonly string _temporary = Directory.CreateTempSubdirectory("skep-").FullName;

    /// <summary>The files and folders that can be read.</summary>
    public static IReadOnlyList<string> Readable { get; } =
    [
        AppContext.BaseDirectory,
        Path.GetDirectoryName(Path.GetDirectoryName(Engine.CommandLine([])[0]))!,
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "../../..")),
        .. _system,
        .. Named("SSL_CERT_FILE"),
        .. Named("SSL_CERT_DIR"),
    ];

    /// <summary>Where its processes may write.</summary>
    public string Temporary => _temporary;

    /// <summary>Says what stands against it on this machine; null when nothing does.</summary>
    /// <param name="data">The folder that must not be seen.</param>
    public static string? Obstacle(string data)
    {
        if (Landlock.Version == 0) return "The kernel has no Landlock (Linux 5.13 with lsm=landlock). Turn \"sandbox\" off.";
        return Readable.FirstOrDefault(folder => (Path.GetFullPath(data) + "/").StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + "/", StringComparison.Ordinal)) is { } around
            ? $"The data folder {data} is below {around}, which worker processes can read: move it, or turn \"sandbox\" off."
            : null;
    }

    /// <summary>Starts a process inside.</summary>
    public Process? Start(ProcessStartInfo start)
    {
        start.Environment["TMPDIR"] = _temporary;

        // Its socket would be in the temporary folder of all.
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        Process? process = null;
        Exception? failure = null;
        Thread thread = new(() =>
        {
            try
            {
                Landlock.Restrict([.. Readable, .. readable], [.. _devices, _temporary, .. writable]);
                process = Process.Start(start);
            }
            catch (Exception refused)
            {
                failure = refused;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? process : throw new InvalidOperationException($"A process cannot be locked up: {failure.Message}", failure);
    }

    private static IEnumerable<string> Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } path ? [Path.GetFullPath(path)] : [];

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_temporary, recursive: true);
}
