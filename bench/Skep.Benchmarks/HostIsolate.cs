using System.Text.Json;
using Skep.V8;

namespace Skep.Benchmarks;

/// <summary>An isolate with host.js in it.</summary>
internal sealed class HostIsolate : IDisposable
{
    private static readonly Lazy<Snapshot> StartupSnapshot = new(Build);

    private static readonly string[] Names = Array.ConvertAll(Enum.GetNames<HostFunction>(), JsonNamingPolicy.CamelCase.ConvertName);

    /// <summary>What the isolates are made with.</summary>
    public static IsolateOptions Options => new() { Snapshot = StartupSnapshot.Value, HostFunctions = Names };

    /// <summary>The isolate.</summary>
    public Isolate Isolate { get; } = new(Options);

    /// <summary>Enters, calls the function, leaves; answers with its result when that is a number.</summary>
    public double Run(HostFunction function, params ReadOnlySpan<int> arguments)
    {
        Isolate.Enter(0);
        try
        {
            JsResult result = default;
            return Call(function, arguments, ref result);
        }
        finally
        {
            Isolate.Exit();
        }
    }

    /// <summary>Calls the function inside an entry; a benchmark whose JavaScript fails must not go on measuring.</summary>
    public double Call(HostFunction function, scoped ReadOnlySpan<int> arguments, ref JsResult result)
    {
        Isolate.CallHost((int)function, arguments, ref result);
        if (result.Status != JsStatus.Ok) throw new InvalidOperationException($"{function}: {Isolate.DescribeError(result.Value.Local).Message}");
        return result.Value.Number;
    }

    public void Dispose() => Isolate.Dispose();

    private static Snapshot Build()
    {
        using var script = typeof(HostIsolate).Assembly.GetManifestResourceStream("host.js")!;
        using MemoryStream copy = new();
        script.CopyTo(copy);
        return Snapshot.Create(copy.ToArray(), "host.js");
    }
}
