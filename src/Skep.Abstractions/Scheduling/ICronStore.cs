namespace Skep.Abstractions.Scheduling;

/// <summary>What is remembered of cron triggers. A run that was begun is known after the loss of the process, and one that was ended
/// is never begun again.</summary>
public interface ICronStore
{
    /// <summary>The last time each trigger came due, and the runs that were begun and never ended.</summary>
    ValueTask<CronProgress> LoadAsync();

    /// <summary>Notes the times as begun, in one step; returns those that were not known before.</summary>
    ValueTask<IReadOnlyList<CronRun>> BeginAsync(IReadOnlyCollection<CronDue> due, DateTimeOffset now);

    /// <summary>Notes that a run which never ended is begun again.</summary>
    ValueTask<CronRun> BeginAgainAsync(CronRun run, DateTimeOffset now);

    /// <summary>Notes how a run ended. Of each script the newest hundred are kept.</summary>
    ValueTask EndAsync(CronRun run);

    /// <summary>The script's runs, newest first.</summary>
    ValueTask<IReadOnlyList<CronRun>> ListAsync(string script, int limit);

    /// <summary>Forgets everything about a script.</summary>
    ValueTask ForgetAsync(string script);
}

/// <summary>How far cron triggers have come.</summary>
/// <param name="Last">The last time that each trigger came due.</param>
/// <param name="Interrupted">Runs that were begun and never ended, oldest first.</param>
public sealed record CronProgress(IReadOnlyDictionary<(string Script, string Cron), DateTimeOffset> Last, IReadOnlyList<CronRun> Interrupted);
