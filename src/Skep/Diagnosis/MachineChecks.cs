using System.Globalization;
using System.Runtime.InteropServices;
using Skep.Storage.Sqlite;
using Skep.V8;

namespace Skep.Diagnosis;

/// <summary>What the machine offers.</summary>
internal static partial class MachineChecks
{
    private const long Megabyte = 1 << 20;

    // A worker process with a few workers; its isolates come on top.
    private const long PerProcess = 192 * Megabyte;
    private const long Supervisor = 128 * Megabyte;
    private const long EnoughFiles = 8192;
    private const long EnoughMaps = 65530;

    // .NET's own least (https://github.com/dotnet/core/blob/main/release-notes/10.0/supported-os.md); memfd_create is older.
    private static readonly Version _oldestKernel = new(4, 18);

    public static IEnumerable<Finding> All(int processes) =>
        [Kernel(), Engine(), Sqlite(), Memory(processes), OpenFiles(), MemoryMaps(), Clock()];

    private static Finding Kernel()
    {
        var version = Environment.OSVersion.Version;
        return version >= _oldestKernel
            ? Finding.Ok($"Linux {version}")
            : Finding.Fail($"Linux {version} is too old", $"Skep needs {_oldestKernel} or newer.");
    }

    private static Finding Engine()
    {
        try
        {
            var node = V8.Engine.CommandLine([])[0];
            var snapshot = Path.Combine(AppContext.BaseDirectory, "skep.snapshot");
            return File.Exists(snapshot) ? Finding.Ok($"the engine is there: {node}") : Finding.Fail($"{snapshot} is missing", "Build again: build/setup.sh.");
        }
        catch (InvalidOperationException missing)
        {
            return Finding.Fail("the engine is not complete", missing.Message);
        }
    }

    private static Finding Sqlite()
    {
        try
        {
            return Finding.Ok($"SQLite {SqliteFile.LibraryVersion()}");
        }
        catch (DllNotFoundException missing)
        {
            return Finding.Fail("SQLite is not there", missing.Message);
        }
    }

    private static Finding Memory(int processes)
    {
        var needed = Supervisor + (processes * PerProcess);
        var (available, limitedBy) = AvailableMemory();
        var what = $"{available / Megabyte} MB of memory are available ({limitedBy})";
        return available >= needed
            ? Finding.Ok(what)
            : Finding.Warn(what, $"{processes} worker processes with a few Workers take about {needed / Megabyte} MB: lower \"processes\", or give the machine or its control group more memory.");
    }

    private static (long Bytes, string LimitedBy) AvailableMemory()
    {
        var line = File.ReadLines("/proc/meminfo").First(line => line.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var machine = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
        var limit = ControlGroupLimit();
        return limit < machine ? (limit, "the limit of the control group") : (machine, "of the machine");
    }

    private static long ControlGroupLimit()
    {
        // Version 2 has one line, 0::/path; limits of outer groups hold, too.
        var line = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal));
        var least = long.MaxValue;
        for (var group = line?[3..]; group is not null; group = group.Length > 1 ? Path.GetDirectoryName(group) : null)
        {
            var file = $"/sys/fs/cgroup{group.TrimEnd('/')}/memory.max";
            if (File.Exists(file) && long.TryParse(File.ReadAllText(file), CultureInfo.InvariantCulture, out var limit)) least = Math.Min(least, limit);
        }

        return least;
    }

    private static Finding OpenFiles()
    {
        var line = File.ReadLines("/proc/self/limits").First(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var hard = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[4];
        if (!long.TryParse(hard, CultureInfo.InvariantCulture, out var files) || files >= EnoughFiles) return Finding.Ok($"a process may open {hard} files");
        return Finding.Warn($"a process may open {files} files only, and each connection is one", "Raise the limit: ulimit -n, LimitNOFILE= of a systemd unit, or --ulimit nofile= of a container.");
    }

    private static Finding MemoryMaps()
    {
        var maps = long.Parse(File.ReadAllText("/proc/sys/vm/max_map_count"), CultureInfo.InvariantCulture);
        return maps >= EnoughMaps
            ? Finding.Ok($"a process may have {maps} memory mappings")
            : Finding.Warn($"a process may have {maps} memory mappings only, and an isolate takes about 11", $"sysctl vm.max_map_count={EnoughMaps}");
    }

    private static unsafe Finding Clock()
    {
        const int NotSynchronised = 5;
        const int SizeOfTimex = 208;
        var now = TimeProvider.System.GetUtcNow();
        var built = new DateTimeOffset(File.GetLastWriteTimeUtc(typeof(MachineChecks).Assembly.Location), TimeSpan.Zero);
        if (now < built) return Finding.Fail($"the clock is wrong: {now:yyyy-MM-dd HH:mm} UTC is before this program was built", "Set the clock: TLS, expiry times and cron triggers depend on it.");
        var status = stackalloc byte[SizeOfTimex];
        NativeMemory.Clear(status, SizeOfTimex);
        return adjtimex(status) == NotSynchronised
            ? Finding.Warn("the clock is not synchronised with another", "Run an NTP client (systemd-timesyncd, chrony): expiry times and cron triggers depend on the clock.")
            : Finding.Ok("the clock is synchronised");
    }

    [LibraryImport("libc")]
    private static unsafe partial int adjtimex(byte* status);
}
