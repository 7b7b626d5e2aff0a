using Skep.Abstractions.Errors;
using Skep.Edge.Observability;
using Skep.Output;
using Skep.SourceMaps;

namespace Skep.Hosting;

/// <summary>Prints one line per request, and the exception of one that failed.</summary>
/// <param name="requests">False when only failures are shown.</param>
/// <param name="named">True when several workers share the output.</param>
internal sealed class RequestLog(Terminal terminal, SourceMapRegistry sources, bool requests, bool named) : IRequestLog
{
    public void Completed(in RequestLogEntry entry)
    {
        // Why a worker could not be started has been printed once already, when that was tried.
        var error = entry.Error is { Code: not WorkerErrorCode.Startup } failure ? failure : null;
        if (!requests && error is null) return;
        var (method, path, status, cpu, wall, version) = (entry.Method, entry.Path, entry.Status, entry.Cpu, entry.Wall, entry.Worker);
        var name = named ? version?.Name ?? entry.Host : null;
        var queued = terminal.Offer(isError: false, style =>
        {
            var line = RequestLine.Format(style, name, method, path, status, cpu, wall);
            return error is null ? line : $"{line}\n{WorkerErrorPrinter.Format(error, sources.Find(version), style)}";
        });
        if (!queued) terminal.CountLoss();
    }
}
