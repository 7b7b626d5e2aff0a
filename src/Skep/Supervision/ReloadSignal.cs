using System.Runtime.InteropServices;

namespace Skep.Supervision;

/// <summary>SIGHUP: the operator wants new worker processes, of the program as it is on the disk now.</summary>
internal static class ReloadSignal
{
    /// <summary>Calls back for every signal until it is disposed of.</summary>
    public static IDisposable Handle(Action reload) => PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
    {
        context.Cancel = true;
        reload();
    });
}
