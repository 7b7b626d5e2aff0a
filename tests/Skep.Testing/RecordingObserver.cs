using System.Collections.Concurrent;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Testing;

/// <summary>Keeps what a worker said.</summary>
public sealed class RecordingObserver : IWorkerObserver
{
    public ConcurrentQueue<ConsoleMessage> Messages { get; } = new();

    public ConcurrentQueue<WorkerError> Errors { get; } = new();

    public ConcurrentQueue<WorkerError> Condemnations { get; } = new();

    public IEnumerable<string> Lines => Messages.Select(message => message.Text);

    public void Console(WorkerVersion version, in ConsoleMessage message) => Messages.Enqueue(message);

    public void Uncaught(WorkerVersion version, WorkerError error) => Errors.Enqueue(error);

    public void Condemned(WorkerVersion version, WorkerError error) => Condemnations.Enqueue(error);
}
