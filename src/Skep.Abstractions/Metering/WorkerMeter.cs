using System.Collections.Concurrent;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Skep.Abstractions.Events;

namespace Skep.Abstractions.Metering;

/// <summary>Counts what one version of a script uses. Counting takes no lock and no memory: threads are spread over cells.</summary>
/// <param name="script">The script.</param>
/// <param name="versionId">The version.</param>
public sealed class WorkerMeter(string script, string versionId)
{
    private readonly Cell[] _cells = new Cell[(int)BitOperations.RoundUpToPowerOf2(2 * (uint)Environment.ProcessorCount)];
    private readonly ConcurrentDictionary<string, MeterCounter> _counters = new(StringComparer.Ordinal);

    /// <summary>The script.</summary>
    public string Script => script;

    /// <summary>The version.</summary>
    public string VersionId => versionId;

    /// <summary>An invocation has ended, with all it left to do.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="cpu">Time spent running its JavaScript.</param>
    /// <param name="wall">Time from its delivery to its end.</param>
    /// <param name="subrequests">Requests it sent.</param>
    public void Count(InvocationOutcome outcome, TimeSpan cpu, TimeSpan wall, int subrequests)
    {
        ref var cell = ref Mine();
        Interlocked.Increment(ref cell.Outcomes[Math.Min((int)outcome, OutcomeCounts.Length - 1)]);
        Interlocked.Add(ref cell.CpuTicks, cpu.Ticks);
        Interlocked.Add(ref cell.WallTicks, wall.Ticks);
        if (subrequests > 0) Interlocked.Add(ref cell.Subrequests, subrequests);
    }

    /// <summary>Bytes of bodies that came from clients and went to them.</summary>
    public void CountBytes(long received, long sent)
    {
        ref var cell = ref Mine();
        if (received > 0) Interlocked.Add(ref cell.BytesIn, received);
        if (sent > 0) Interlocked.Add(ref cell.BytesOut, sent);
    }

    /// <summary>A counter of any name, such as <c>kv.reads</c>; keep it: looking it up costs more than counting.</summary>
    public MeterCounter Counter(string name) => _counters.GetOrAdd(name, static _ => new MeterCounter());

    /// <summary>All there is so far, by the names of <see cref="MeterNames"/> and of counters; those at zero are left out.</summary>
    public IReadOnlyDictionary<string, long> Read()
    {
        var totals = new Dictionary<string, long>(StringComparer.Ordinal);
        foreach (ref var cell in _cells.AsSpan())
        {
            long requests = 0;
            for (var i = 0; i < OutcomeCounts.Length; i++)
            {
                var count = Interlocked.Read(ref cell.Outcomes[i]);
                requests += count;
                Add(totals, MeterNames.OfOutcome((InvocationOutcome)i), count);
            }

            Add(totals, MeterNames.Requests, requests);
            Add(totals, MeterNames.CpuMicroseconds, Interlocked.Read(ref cell.CpuTicks) / TimeSpan.TicksPerMicrosecond);
            Add(totals, MeterNames.WallMicroseconds, Interlocked.Read(ref cell.WallTicks) / TimeSpan.TicksPerMicrosecond);
            Add(totals, MeterNames.Subrequests, Interlocked.Read(ref cell.Subrequests));
            Add(totals, MeterNames.BytesIn, Interlocked.Read(ref cell.BytesIn));
            Add(totals, MeterNames.BytesOut, Interlocked.Read(ref cell.BytesOut));
        }

        foreach (var (name, counter) in _counters) Add(totals, name, counter.Value);
        return totals;
    }

    private ref Cell Mine() => ref _cells[Environment.CurrentManagedThreadId & (_cells.Length - 1)];

    private static void Add(Dictionary<string, long> totals, string name, long count)
    {
        if (count != 0) CollectionsMarshal.GetValueRefOrAddDefault(totals, name, out _) += count;
    }

    [InlineArray(Length)]
    private struct OutcomeCounts
    {
        public const int Length = (int)InvocationOutcome.ExceededWallTime + 1;

        private long _first;
    }

    // As long as two pairs of cache lines, so that threads do not write into each other's.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    private struct Cell
    {
        public OutcomeCounts Outcomes;
        public long CpuTicks;
        public long WallTicks;
        public long Subrequests;
        public long BytesIn;
        public long BytesOut;
    }
}
