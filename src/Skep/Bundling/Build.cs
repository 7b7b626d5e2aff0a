using System.Collections.Immutable;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Bundling;

/// <summary>What a build made, or why it made nothing.</summary>
/// <param name="Version">What can be loaded; null when there are errors.</param>
/// <param name="Diagnostics">Errors and warnings.</param>
/// <param name="Inputs">The files it read: a change of one means building again. Empty when it failed early.</param>
internal sealed record Build(WorkerVersion? Version, ImmutableArray<Diagnostic> Diagnostics, ImmutableArray<string> Inputs);
