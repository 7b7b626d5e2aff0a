using Skep.Abstractions.Workers;

namespace Skep.Hosting;

/// <summary>Where the side that serves gets versions from.</summary>
internal interface IVersionSource
{
    /// <summary>A version that is deployed, with its modules and secrets.</summary>
    Task<WorkerVersion> ReadAsync(string script, string id);
}
