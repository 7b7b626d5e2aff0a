using System.Runtime.InteropServices;

namespace Skep.Hosting;

/// <summary>Ctrl+C and SIGTERM: the first asks for an orderly end, the second ends the process at once.</summary>
internal sealed class Shutdown : IDisposable
{
    private const int InterruptedExitCode = 130;

    private readonly CancellationTokenSource _requested = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;

    /// <param name="hangUpEnds">False for a server that SIGHUP means something else to.</param>
    public Shutdown(bool hangUpEnds)
    {
        PosixSignal[] signals = hangUpEnds ? [PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP] : [PosixSignal.SIGINT, PosixSignal.SIGTERM];
        _registrations = [.. signals.Select(signal => PosixSignalRegistration.Create(signal, Handle))];
    }

    /// <summary>Cancelled when the end is asked for.</summary>
    public CancellationToken Requested => _requested.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _requested.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1) Environment.Exit(InterruptedExitCode);
        _requested.Cancel();
    }
}
