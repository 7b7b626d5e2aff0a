using System.Collections.Immutable;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Workers;
using Skep.Configuration;
using Skep.Diagnostics;
using Skep.Output;

namespace Skep.Hosting;

/// <summary>The way of a project from its files to a running worker, and what came of it.</summary>
/// <param name="Worker">The worker, or null when the project could not be read, built or started.</param>
/// <param name="Version">The version that was built, also when it did not start.</param>
/// <param name="Project">The configuration, when it could be read.</param>
/// <param name="Diagnostics">Mistakes in configuration and code, warnings included.</param>
/// <param name="StartupError">Why the version did not start.</param>
/// <param name="Files">What was read: a change of one means starting again.</param>
internal sealed record ProjectStart(
    IWorker? Worker,
    WorkerVersion? Version,
    ProjectConfig? Project,
    ImmutableArray<Diagnostic> Diagnostics,
    WorkerError? StartupError,
    ImmutableArray<string> Files)
{
    /// <summary>Those of <see cref="Files"/> that were looked for and not there.</summary>
    public ImmutableArray<string> Absent { get; private init; } = [];

    /// <summary>Reads, builds and starts. Failures are in the result.</summary>
    /// <param name="name">Takes the place of the configured name when given.</param>
    public static async Task<ProjectStart> RunAsync(
        WorkerPlatform platform, ProjectLocation location, ProjectConfigReader.Overrides overrides, string? name = null, CancellationToken cancellation = default)
    {
        // Before anything is read: what starts makes files in this folder itself (.skep, what a build writes).
        HashSet<string> there = Directory.Exists(location.Root) ? [.. Directory.EnumerateFileSystemEntries(location.Root)] : [];
        var start = await StartAsync(platform, location, overrides, name, cancellation);
        return start with { Absent = [.. start.Files.Where(file => Path.GetDirectoryName(file) == location.Root && !there.Contains(file))] };
    }

    private static async Task<ProjectStart> StartAsync(
        WorkerPlatform platform, ProjectLocation location, ProjectConfigReader.Overrides overrides, string? name, CancellationToken cancellation)
    {
        ProjectConfig? project = null;
        ImmutableArray<Diagnostic> warnings = [];
        try
        {
            (project, warnings) = await platform.ConfigReader.ReadAsync(location, overrides, cancellation);
            if (name is not null) project = project with { Name = name };
            var build = await platform.Bundler.BuildAsync(project, cancellation);
            ImmutableArray<Diagnostic> diagnostics = [.. warnings, .. build.Diagnostics];
            ImmutableArray<string> files = [.. Watched(location, project), .. build.Inputs];
            if (build.Version is not { } version) return new(null, null, project, diagnostics, null, files);
            try
            {
                return new(await platform.StartAsync(version, project.Root), version, project, diagnostics, null, files);
            }
            catch (WorkerStartupException failure)
            {
                return new(null, version, project, diagnostics, failure.Error, files);
            }
        }
        catch (DiagnosticException failure)
        {
            ImmutableArray<Diagnostic> diagnostics = project is null ? failure.Diagnostics : [.. warnings, .. failure.Diagnostics];
            return new(null, null, project, diagnostics, null, Watched(location, project));
        }
    }

    /// <summary>What to tell a client while the project is broken.</summary>
    public WorkerError Error(string folder)
    {
        if (StartupError is not null) return StartupError;
        var errors = Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).ToArray();
        return new WorkerError(
            WorkerErrorCode.Startup, errors[0].Message, DiagnosticPrinter.Format(errors, new Style(colours: false), folder));
    }

    private static ImmutableArray<string> Watched(ProjectLocation location, ProjectConfig? project)
    {
        var root = location.Root;
        ImmutableArray<string> always = [Path.Combine(root, "package.json"), Path.Combine(root, "tsconfig.json"), Path.Combine(root, ".dev.vars")];
        if (location.ConfigFile is { } config) always = always.Add(config);
        return project is null ? always : [.. always, .. project.Sources, .. project.Entry.Length > 0 ? [project.Entry] : Array.Empty<string>(), .. project.Tsconfig is { } tsconfig ? [tsconfig] : Array.Empty<string>()];
    }
}
