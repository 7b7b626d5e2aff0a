using Skep.Abstractions.Events;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide.Objects;

/// <summary>What a worker process answers to the supervisor about objects.</summary>
internal static class ObjectAnswers
{
    public static LinkHandlers Add(LinkHandlers handlers, ProcessObjects objects) => handlers
        .On<ObjectLeaseChange>(LinkMethod.HostObject, lease =>
        {
            objects.Host(lease.Address, lease.Epoch);
            return Task.CompletedTask;
        })
        .On<AlarmCall, AlarmAnswer>(LinkMethod.Alarm, call => WakeAsync(objects, call));

    private static async Task<AlarmAnswer> WakeAsync(ProcessObjects objects, AlarmCall call)
    {
        while (objects.IsHost(call.Address))
        {
            // Its class is not deployed any more.
            if (objects.Hosted(call.Address) is not { } served) return new(IsHost: true, Result: null);
            if (!served.TryEnter()) continue;
            Task<AlarmResult> run;
            try
            {
                run = served.Worker.AlarmAsync(new AlarmEvent(call.Address, call.ScheduledTime, call.RetryCount));
            }
            finally
            {
                served.Leave();
            }

            return new(IsHost: true, await run);
        }

        return new(IsHost: false, Result: null);
    }
}
