using System.Globalization;

namespace Skep.Hosting;

/// <summary>When this process began, the start of the engine included: a process keeps its start time when it replaces itself.</summary>
internal static class StartTime
{
    /// <summary>Time since the process began, as /proc/self/stat (field 22, in clock ticks since boot) has it.</summary>
    public static TimeSpan SinceProcessStart()
    {
        const double TicksPerSecond = 100; // sysconf(_SC_CLK_TCK) is 100 on every Linux that .NET runs on
        var stat = File.ReadAllText("/proc/self/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        var began = TimeSpan.FromSeconds(long.Parse(fields[19]) / TicksPerSecond);
        var uptime = TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
        return uptime - began;
    }
}
