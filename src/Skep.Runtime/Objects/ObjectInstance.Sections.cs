using Skep.Abstractions.Errors;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Objects;

// blockConcurrencyWhile().
internal sealed partial class ObjectInstance
{
    /// <summary>https://developers.cloudflare.com/durable-objects/api/state/#blockconcurrencywhile</summary>
    private const int MostNested = 64;

    private static readonly TimeSpan LongestSection = TimeSpan.FromSeconds(30);

    private readonly Dictionary<int, Section> sections = [];
    private ITimer? blocked;
    private int lastSection;

    /// <summary>A callback is to run alone; its number.</summary>
    public int BlockConcurrency(WorkerIsolate isolate)
    {
        var outer = isolate.GateOf(this)!;
        if (outer.Depth >= MostNested) throw JsException.Plain("blockConcurrencyWhile() calls are nested too deeply.");
        Section section = new(++lastSection, new InputGate(outer));
        sections[section.Number] = section;
        Pending++;
        isolate.RunNext(new SectionTask(section) { Invocation = this, Gate = outer });
        return section.Number;
    }

    /// <summary>The callback's promise was fulfilled.</summary>
    public void EndSection(int number)
    {
        if (!sections.Remove(number, out var section)) return;
        section.Limit?.Dispose();
        Pending--;
        Isolate.CurrentGate = section.Gate.Open(Isolate);
    }

    private sealed record Section(int Number, InputGate Gate)
    {
        public ITimer? Limit { get; set; }
    }

    private sealed class SectionTask(Section section) : IsolateTask
    {
        public override bool AdvancesClock => false;

        public override void Run(WorkerIsolate isolate, ref TurnResult result)
        {
            var instance = (ObjectInstance)Invocation!;
            if (instance.Ended) return;
            section.Gate.Close();
            isolate.CurrentGate = section.Gate;
            section.Limit = instance.Worker.Runtime.Time.CreateTimer(
                _ => isolate.Post(new BreakTask(ObjectErrors.BlockedTooLong) { Invocation = instance }), null, LongestSection, Timeout.InfiniteTimeSpan);
            JsResult js = default;
            isolate.Engine.CallHost(HostFunction.ObjectSection, [instance.Id, section.Number], ref js);
            result.Take(in js);
        }
    }
}
