using System.Runtime.InteropServices;
using Skep.Abstractions.Metering;

namespace Skep.Edge.Observability;

/// <summary>The meters of a process, and what they counted since they were last asked.</summary>
public sealed class MeterRegistry : IWorkerMeters
{
    private readonly Lock _gate = new();
    private readonly Dictionary<(string Script, string Version), Entry> _meters = [];

    /// <inheritdoc/>
    public WorkerMeter MeterFor(string script, string versionId)
    {
        lock (_gate)
        {
            ref var entry = ref CollectionsMarshal.GetValueRefOrAddDefault(_meters, (script, versionId), out _);
            entry ??= new Entry(new WorkerMeter(script, versionId));
            entry.Users++;
            return entry.Meter;
        }
    }

    /// <inheritdoc/>
    public void Retire(WorkerMeter meter)
    {
        lock (_gate)
        {
            if (_meters.TryGetValue((meter.Script, meter.VersionId), out var entry)) entry.Users--;
        }
    }

    /// <summary>What was counted since the last call. One caller at a time.</summary>
    /// <param name="minute">The minute it was used in, in seconds since 1970.</param>
    public IReadOnlyList<MeterSample> Collect(long minute)
    {
        lock (_gate)
        {
            var samples = new List<MeterSample>();
            foreach (var ((script, version), entry) in _meters)
            {
                var counts = entry.Since();
                if (counts.Count > 0) samples.Add(new MeterSample(script, version, minute, counts));
                // What its last requests sent may be counted a moment after it has gone: it is asked once more.
                else if (entry.Users == 0) _meters.Remove((script, version));
            }

            return samples;
        }
    }

    private sealed class Entry(WorkerMeter meter)
    {
        private IReadOnlyDictionary<string, long> _last = new Dictionary<string, long>();

        public WorkerMeter Meter => meter;

        /// <summary>How many workers count with it.</summary>
        public int Users { get; set; }

        public Dictionary<string, long> Since()
        {
            var now = meter.Read();
            var since = new Dictionary<string, long>(StringComparer.Ordinal);
            foreach (var (name, total) in now)
            {
                if (total - _last.GetValueOrDefault(name) is not 0 and var count) since[name] = count;
            }

            _last = now;
            return since;
        }
    }
}
