using Skep.Runtime.Isolates;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Timers;

/// <summary>The timers of one isolate, over one system timer set to the earliest.</summary>
internal sealed class TimerQueue : IDisposable
{
    /// <summary>Timers that one invocation may have at a time, as in Workers.</summary>
    public const int MostPerInvocation = 10_000;

    private readonly PriorityQueue<Entry, (long Due, long Order)> pending = new();
    private readonly Dictionary<int, Entry> active = [];
    private readonly WorkerIsolate isolate;
    private readonly TimeProvider time;
    private ITimer? timer;
    private long armedFor = long.MaxValue;
    private long order;

    public TimerQueue(WorkerIsolate isolate, TimeProvider time)
    {
        this.isolate = isolate;
        this.time = time;
    }

    /// <summary>Starts a timer for the current invocation.</summary>
    public void Start(int id, double milliseconds)
    {
        var invocation = isolate.RequireInvocation();
        var delay = double.IsFinite(milliseconds) ? Math.Clamp(milliseconds, 0, int.MaxValue) : 0;
        var due = time.GetTimestamp() + (long)(delay * time.TimestampFrequency / 1000);
        if (active.Remove(id, out var replaced)) Release(replaced);
        if (invocation.Timers >= MostPerInvocation)
        {
            throw new JsException("QuotaExceededError", $"You have exceeded the number of active timeouts you may set. max active timeouts: {MostPerInvocation}, current active timeouts: {invocation.Timers}");
        }

        Entry entry = new(id, invocation, isolate.GateOf(invocation));
        active[id] = entry;
        invocation.Pending++;
        invocation.Timers++;
        if (pending.Count > 64 + (active.Count * 2)) DropCancelled();
        pending.Enqueue(entry, (due, ++order));
        Arm(due);
    }

    /// <summary>Stops a timer; unknown ids are ignored.</summary>
    public void Cancel(int id)
    {
        if (active.Remove(id, out var entry)) Release(entry);
    }

    /// <summary>Stops all timers of an invocation that ended.</summary>
    public void RemoveFor(Invocation invocation)
    {
        if (active.Count == 0) return;
        List<int>? dropped = null;
        foreach (var entry in active.Values.Where(entry => entry.Invocation == invocation).ToList())
        {
            Cancel(entry.Id);
            (dropped ??= []).Add(entry.Id);
        }

        if (dropped is not null) isolate.Post(new DropTask(dropped));
    }

    /// <inheritdoc/>
    public void Dispose() => timer?.Dispose();

    private static void Release(Entry entry)
    {
        entry.Cancelled = true;
        entry.Invocation.Pending--;
        entry.Invocation.Timers--;
    }

    /// <summary>A worker that starts and stops timers all the time must not fill the queue with those far in the future.</summary>
    private void DropCancelled()
    {
        var left = pending.UnorderedItems.Where(item => !item.Element.Cancelled).ToList();
        pending.Clear();
        pending.EnqueueRange(left);
    }

    private void Arm(long due)
    {
        if (due >= armedFor) return;
        armedFor = due;
        var wait = time.GetElapsedTime(time.GetTimestamp(), due);
        // The system timer counts whole milliseconds and may be early by a fraction of one.
        var rounded = wait <= TimeSpan.Zero ? TimeSpan.Zero : TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds));
        timer ??= time.CreateTimer(static self => ((TimerQueue)self!).Elapsed(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        timer.Change(rounded, Timeout.InfiniteTimeSpan);
    }

    private void Elapsed() => isolate.Post(new DueTask(this));

    /// <summary>Inside a turn: gives each due timer a turn of its own, in order, and sets the system timer for the next.</summary>
    private void Collect()
    {
        armedFor = long.MaxValue;
        var now = time.GetTimestamp();
        while (pending.TryPeek(out var entry, out var key))
        {
            if (!entry.Cancelled)
            {
                if (key.Due > now)
                {
                    Arm(key.Due);
                    return;
                }

                isolate.Post(new FireTask(this, entry));
            }

            pending.Dequeue();
        }
    }

    private sealed class Entry(int id, Invocation invocation, InputGate? gate)
    {
        public InputGate? Gate { get; } = gate;

        public int Id { get; } = id;

        public Invocation Invocation { get; } = invocation;

        public bool Cancelled { get; set; }
    }

    private sealed class DueTask(TimerQueue timers) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result) => timers.Collect();
    }

    /// <summary>Lets JavaScript forget the callbacks of timers that will not fire.</summary>
    private sealed class DropTask(List<int> ids) : IsolateTask
    {
        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            foreach (var id in ids)
            {
                JsResult js = default;
                isolate.Engine.CallHost(HostFunction.DropTimer, [id], ref js);
                result.Take(in js);
                if (js.Status != JsStatus.Ok) return;
            }
        }
    }

    private sealed class FireTask : IsolateTask
    {
        private readonly TimerQueue timers;
        private readonly Entry entry;

        public FireTask(TimerQueue timers, Entry entry)
        {
            this.timers = timers;
            this.entry = entry;
            Invocation = entry.Invocation;
            Gate = entry.Gate;
        }

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            if (entry.Cancelled) return;
            timers.active.Remove(entry.Id);
            Release(entry);
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.FireTimer, [entry.Id], ref js);
            result.Take(in js);
            if (js.Status == JsStatus.Exception) isolate.ReportUncaught(isolate.Describe(js.Value.Local));
        }
    }
}
