using System.Collections.Concurrent;
using Skep.Abstractions.Catalog;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;

namespace Skep.Control.Tests;

/// <summary>The serving side, without an engine: a version whose main module says <c>throw</c> does not start.</summary>
internal sealed class FakeTarget : IDeploymentTarget
{
    /// <summary>The versions that were checked, oldest first.</summary>
    public ConcurrentQueue<WorkerVersion> Checked { get; } = new();

    /// <summary>The scripts whose state was put into effect, oldest first.</summary>
    public ConcurrentQueue<string> Refreshed { get; } = new();

    public Task<VersionCheck> CheckAsync(WorkerVersion version)
    {
        var main = version.Modules.SingleOrDefault(module => module.Name == version.MainModule);
        if (main is null) Assert.NotNull(version.Assets);
        else if (main.Content.Span.IndexOf("throw"u8) >= 0)
            throw new WorkerStartupException(new WorkerError(WorkerErrorCode.Startup, "Error: no", "Error: no\n    at index.js:1:7"));
        Checked.Enqueue(version);
        return Task.FromResult(new VersionCheck(TimeSpan.FromMilliseconds(7), ["fetch", "Admin.fetch"]));
    }

    public Task RefreshAsync(string script)
    {
        Refreshed.Enqueue(script);
        return Task.CompletedTask;
    }

    public string SubdomainHost(string script) => $"{script}.example.com";
}
