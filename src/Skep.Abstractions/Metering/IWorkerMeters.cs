namespace Skep.Abstractions.Metering;

/// <summary>Where workers get their meters.</summary>
public interface IWorkerMeters
{
    /// <summary>The version's meter; the same for as long as it runs.</summary>
    WorkerMeter MeterFor(string script, string versionId);

    /// <summary>The version does not run any more.</summary>
    void Retire(WorkerMeter meter);
}
