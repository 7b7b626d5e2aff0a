using Skep.Runtime.Workers;
using Skep.V8;

namespace Skep.Runtime.Isolates;

// What JavaScript leaves behind at the end of a turn: V8's tasks, and promises that nobody handled.
internal sealed partial class WorkerIsolate
{
    private void AfterJavaScript(ref TurnResult result)
    {
        // Tasks of V8 (WebAssembly, finalizers) may queue microtasks, these may reject promises, handlers may do either.
        for (var round = 0; round < 1000 && result.Status == JsStatus.Ok && (result.Tasks > 0 || result.Rejections > 0); round++)
        {
            JsResult js = default;
            if (result.Tasks > 0) Engine.Pump();
            else ReportRejections(ref result);
            Engine.RunMicrotasks(ref js);
            result.Take(in js);
        }
    }

    private void ReportRejections(ref TurnResult result)
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
            Engine.CallHost(HostFunction.UnhandledRejection, [promise, reason, handled], ref js, microtasks: false);
            result.Take(in js);
            if (js.Status == JsStatus.Ok && !handled && !js.Value.Boolean)
            {
                ReportUncaught(Describe(reason));
            }
        }
    }
}
