using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Compatibility;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Services;
using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Loading;

/// <summary>What a worker gives to have another one loaded, while it is being given, and what is made of it.</summary>
internal sealed class LoadedCode
{
    // As of other Workers.
    private const long MostCode = 64L << 20;
    private const int MostEnvironment = 1 << 20;

    /// <summary>Attachments are three integers: kind, number, length. The kind is that of <c>js/rpc/attachments.ts</c>.</summary>
    private const int Fields = 3;

    private const int ServiceKind = 5;

    private readonly ImmutableArray<ScriptModule>.Builder modules = ImmutableArray.CreateBuilder<ScriptModule>();
    private long size;

    /// <summary>One module more.</summary>
    public void Add(string name, ModuleKind kind, byte[] content)
    {
        size += content.Length;
        if (size > MostCode) throw JsException.Plain($"Dynamic Worker code size ({size} bytes) exceeds the maximum allowed size of {MostCode} bytes.");
        modules.Add(new ScriptModule(name, kind, content));
    }

    /// <summary>The version.</summary>
    /// <exception cref="JsException">Date or flags are not possible.</exception>
    public WorkerVersion ToVersion(Worker parent, string name, string mainModule, string date, string[] flags, bool allowsExperiments, EnvironmentBinding environment, TimeSpan? cpuTime, int? subrequests)
    {
        CheckDate(date);
        foreach (var each in flags) CheckFlag(each, allowsExperiments);
        var limits = parent.Version.Limits;
        return new WorkerVersion
        {
            Name = name,
            MainModule = mainModule,
            Modules = modules.ToImmutable(),
            CompatibilityDate = date,
            CompatibilityFlags = [.. flags],
            Bindings = [environment],
            Limits = limits with
            {
                CpuTime = cpuTime is { } time && time < limits.CpuTime ? time : limits.CpuTime,
                Subrequests = Math.Min(limits.Subrequests, subrequests ?? int.MaxValue),
            },
        };
    }

    /// <summary>What the worker reaches: what its loader does, but by its <c>env</c> and by stubs that it was given only.</summary>
    public static WorkerServices ServicesOf(Worker parent, ISubrequestChannel outbound, IReadOnlyList<ServiceTarget> tails) => parent.Services with
    {
        Outbound = outbound,
        Assets = null,
        Meters = parent.Meter is { } meter ? new LoaderMeters(meter) : null,
        Traces = tails.Count == 0 ? null : new LoadedTraces(tails, parent.Services.Observer),
    };

    /// <summary>The environment from an op's two arguments: bytes, and attachments that are numbers of targets.</summary>
    public static EnvironmentBinding Environment(WorkerIsolate isolate, JsValue bytes, JsValue attachments)
    {
        if (bytes.Kind != JsKind.Bytes) return new EnvironmentBinding(default, static _ => []);
        if (bytes.Length > MostEnvironment) throw JsException.Plain($"Dynamic Worker env size ({bytes.Length} bytes) exceeds the maximum allowed size of {MostEnvironment} bytes.");
        var table = MemoryMarshal.Cast<byte, int>(attachments.Bytes);
        var invocation = isolate.RequireInvocation();
        List<ServiceTarget> targets = [];
        for (var i = 0; i + Fields <= table.Length; i += Fields) targets.Add(ServiceTargets.Of(isolate).Find(table[i + 1], invocation));
        return new EnvironmentBinding(bytes.Bytes.ToArray(), importing => Import(importing, targets));
    }

    private static byte[] Import(WorkerIsolate isolate, List<ServiceTarget> targets)
    {
        var numbers = new int[targets.Count * Fields];
        for (var i = 0; i < targets.Count; i++)
            (numbers[i * Fields], numbers[(i * Fields) + 1], numbers[(i * Fields) + 2]) = (ServiceKind, ServiceTargets.Of(isolate).Add(targets[i]), -1);
        return MemoryMarshal.AsBytes(numbers.AsSpan()).ToArray();
    }

    private static void CheckDate(string date)
    {
        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)) throw JsException.Plain($"Invalid compatibility date: {date}");
        if (string.CompareOrdinal(date, WorkerVersion.NewestCompatibilityDate) > 0)
            throw JsException.Plain($"This Worker requires compatibility date \"{date}\", but the newest date supported by this server binary is \"{WorkerVersion.NewestCompatibilityDate}\".");
    }

    private static void CheckFlag(string name, bool allowsExperiments)
    {
        if (CompatibilityFlags.Find(name) is not { } flag) throw JsException.Plain($"No such compatibility flag: {name}");
        if (flag.IsExperimental && !allowsExperiments)
            throw JsException.Plain($"The compatibility flag {name} is experimental and may break or be removed in a future version. To use it, the loading Worker must pass 'allowExperimental: true'.");
    }
}
