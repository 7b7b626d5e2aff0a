using Skep.Hosting;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>Applies what the supervisor says about scripts, the newest last: updates are handled side by side, so one may be
/// overtaken by its successor.</summary>
internal sealed class RoutingState(ServedDeployments deployments)
{
    private readonly SemaphoreSlim _alone = new(1);
    private readonly Dictionary<string, long> _revisions = new(StringComparer.Ordinal);
    private long _complete;

    public async Task ApplyAsync(RoutingUpdate update)
    {
        await _alone.WaitAsync();
        try
        {
            var scripts = update.Scripts.Where(script => TryAdvance(script.Name, update.Revision)).ToList();
            IEnumerable<string> absent = update.IsComplete ? deployments.Scripts.Except(update.Scripts.Select(script => script.Name)) : update.Removed;
            var removed = absent.Where(script => TryAdvance(script, update.Revision)).ToList();
            if (update.IsComplete) _complete = Math.Max(_complete, update.Revision);
            deployments.Set(scripts);
            foreach (var script in removed) await deployments.RemoveAsync(script);
        }
        finally
        {
            _alone.Release();
        }
    }

    private bool TryAdvance(string script, long revision)
    {
        if (revision <= Math.Max(_complete, _revisions.GetValueOrDefault(script))) return false;
        _revisions[script] = revision;
        return true;
    }
}
