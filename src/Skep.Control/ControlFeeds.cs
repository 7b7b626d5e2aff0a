using Skep.Abstractions.Scheduling;
using Skep.Control.Tails;

namespace Skep.Control;

/// <summary>What the control plane shows of what runs.</summary>
/// <param name="Runs">What became of cron triggers.</param>
/// <param name="Tails">Takes the traces of invocations, for those who tail them.</param>
public sealed record ControlFeeds(ICronStore Runs, TailSessions Tails);
