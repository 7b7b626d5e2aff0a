using System.Diagnostics;
using Skep.Abstractions.Metering;

namespace Skep.Hosting;

/// <summary>What the system and .NET tell of this process, by the names that Prometheus' clients agree on.</summary>
internal sealed class ProcessFigures : IGaugeSource
{
    /// <summary>The one figure that is a point in time.</summary>
    public const string StartTime = "process_start_time_seconds";

    public IEnumerable<ProcessGauge> Gauges
    {
        get
        {
            using var process = Process.GetCurrentProcess();
            return
            [
                new("process_cpu_seconds_total", "User and system CPU time.", IsCounter: true, process.TotalProcessorTime.TotalSeconds),
                new("process_resident_memory_bytes", "Resident memory.", IsCounter: false, process.WorkingSet64),
                new(StartTime, "Start of the process since 1970.", IsCounter: false, new DateTimeOffset(process.StartTime).ToUnixTimeMilliseconds() / 1000.0),
                new("process_threads", "Threads.", IsCounter: false, process.Threads.Count),
                new("dotnet_managed_heap_bytes", "Managed memory in use.", IsCounter: false, GC.GetTotalMemory(forceFullCollection: false)),
                new("dotnet_collections_total", "Garbage collections of .NET.", IsCounter: true, GC.CollectionCount(0)),
                new("dotnet_threadpool_queue_length", "Work that waits for a thread of the pool.", IsCounter: false, ThreadPool.PendingWorkItemCount),
            ];
        }
    }
}
