using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Abstractions.Channels;

/// <summary>Hears what a worker does beside answering. Called on the thread that runs the isolate: return quickly.</summary>
public interface IWorkerObserver
{
    /// <summary>The worker wrote to its console.</summary>
    void Console(WorkerVersion version, in ConsoleMessage message);

    /// <summary>An exception reached nobody: an unhandled rejection, a throwing timer or listener, a failed waitUntil promise.</summary>
    void Uncaught(WorkerVersion version, WorkerError error);

    /// <summary>An isolate exceeded a limit and is replaced.</summary>
    void Condemned(WorkerVersion version, WorkerError error);
}
