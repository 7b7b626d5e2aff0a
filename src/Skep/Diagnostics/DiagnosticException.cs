using System.Collections.Immutable;

namespace Skep.Diagnostics;

/// <summary>A project cannot be run; the diagnostics say why.</summary>
internal sealed class DiagnosticException(ImmutableArray<Diagnostic> diagnostics) : Exception(diagnostics[0].Message)
{
    public DiagnosticException(Diagnostic diagnostic)
        : this([diagnostic])
    {
    }

    public ImmutableArray<Diagnostic> Diagnostics { get; } = diagnostics;
}
