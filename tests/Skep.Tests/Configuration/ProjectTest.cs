using System.Collections.Immutable;
using Skep.Bundling;
using Skep.Configuration;
using Skep.Diagnostics;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Configuration;

/// <summary>A project of a test's own, and the service that reads and builds it.</summary>
public abstract class ProjectTest : IAsyncLifetime
{
    private protected TemporaryFolder Folder { get; } = new();

    private protected BuildService Service { get; } = new(Toolchain.Locate());

    /// <inheritdoc/>
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Service.DisposeAsync();
        Folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Reads the configuration that the folder has by now.</summary>
    private protected Task<(ProjectConfig Project, ImmutableArray<Diagnostic> Warnings)> ReadProjectAsync(ProjectConfigReader.Overrides? overrides = null) =>
        new ProjectConfigReader(Service).ReadAsync(ProjectLocation.Find(Folder.Path, null, "/"), overrides ?? new(), TestContext.Current.CancellationToken);
}
