using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

// What JavaScript leaves behind at the end of a turn: V8's tasks, and promises that nobody handled.
internal sealed partial class WorkerIsolate
{
    private void AfterJavaScript(ref TurnResult result)
    {
        // Tasks of V8 (WebAssembly, finalizers) may queue microtasks, these may reject promises, handlers may do either.
        var told = false;
        for (var round = 0; round < 1000 && result.Status == JsStatus.Ok && (result.Tasks > 0 || result.Rejections > 0); round++)
        {
            JsResult js = default;
            if (result.Tasks > 0)
            {
                Engine.Pump();
                told = false;
            }
            else
            {
                // Listeners do not hear of what they reject themselves: it could go on forever.
                ReportRejections(ref result, told ? 0 : result.Rejections);
                told = true;
            }

            Engine.RunMicrotasks(ref js);
            result.Take(in js);
        }
    }

    /// <summary>Reports the rejections that there are. The worker's listeners are told of the first <paramref name="heard"/>.</summary>
    private void ReportRejections(ref TurnResult result, int heard)
    {
        for (var reported = 0; result.Status == JsStatus.Ok && Engine.TakeRejection(out var promise, out var reason, out var handled); reported++)
        {
            if (reported >= MostRejections)
            {
                if (reported == MostRejections) ReportUncaught(TooManyRejections);
                result.Rejections = 0;
                continue;
            }

            JsResult js = default;
            if (reported < heard)
            {
                Engine.CallHost(HostFunction.UnhandledRejection, [promise, reason, handled], ref js, microtasks: false);
                result.Take(in js);
                if (js.Status == JsStatus.Ok && js.Value.Boolean) continue;
            }

            if (js.Status == JsStatus.Ok && !handled) ReportUncaught(Describe(reason));
        }
    }
}
