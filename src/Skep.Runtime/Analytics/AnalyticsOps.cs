using System.Runtime.InteropServices;
using System.Text;
using Skep.Abstractions.Analytics;
using Skep.Abstractions.Workers;
using Skep.Runtime.Isolates;
using Skep.Runtime.Ops;
using Skep.V8;

namespace Skep.Runtime.Analytics;

/// <summary>The op of Analytics Engine's datasets (<c>js/analytics/ops.ts</c>).</summary>
internal static class AnalyticsOps
{
    public static unsafe void Register(OpTable ops) => ops.Add("analytics_write", &Write);

    private static void Write(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var worker = isolate.Worker;
        var binding = call.Binding<AnalyticsBinding>();
        if (invocation.DataPoints >= AnalyticsPoint.MostOfInvocation)
            throw JsException.Plain($"writeDataPoint(): Maximum of {AnalyticsPoint.MostOfInvocation} data points per Worker invocation supported.");
        if (call[1].Utf8Length > AnalyticsPoint.MostIndexBytes) throw JsException.Type($"writeDataPoint(): Size of indexes[0] exceeds {AnalyticsPoint.MostIndexBytes} bytes).");
        var blobs = call[2].ToStringArray();
        if (blobs.Sum(Encoding.UTF8.GetByteCount) > AnalyticsPoint.MostBlobBytes)
            throw JsException.Type($"writeDataPoint(): Cumulative size of blobs exceeds {AnalyticsPoint.MostBlobBytes} bytes).");
        AnalyticsPoint point = new(
            binding.Dataset,
            worker.Runtime.Time.GetUtcNow().ToUnixTimeSeconds(),
            call[1].ToString(),
            blobs,
            MemoryMarshal.Cast<byte, double>(call[3].Bytes).ToArray());
        invocation.DataPoints++;
        invocation.Send(error =>
        {
            if (error is null) worker.Services.Analytics!.Write(point);
        });
        worker.Meter?.Counter("analytics.data_points").Add(1);
    }
}
