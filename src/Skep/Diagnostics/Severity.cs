namespace Skep.Diagnostics;

/// <summary>How bad a <see cref="Diagnostic"/> is.</summary>
internal enum Severity
{
    Warning,
    Error,
}
