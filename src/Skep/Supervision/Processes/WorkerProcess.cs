using System.Diagnostics;
using Skep.Abstractions.Metering;
using Skep.Supervision.Link;

namespace Skep.Supervision.Processes;

/// <summary>A worker process as the supervisor sees it.</summary>
internal sealed class WorkerProcess
{
    private readonly Process _process;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkerProcess(Process process, int slot, LinkSocket socket, Func<WorkerProcess, ILinkHandler> handler, DateTimeOffset started)
    {
        _process = process;
        Slot = slot;
        Id = process.Id;
        Started = started;
        Link = new LinkConnection(socket, handler(this), $"{Id}");
        Ended = WaitAsync();
        Link.Start();
    }

    public int Id { get; }

    /// <summary>Its place in the table of the processes' connections.</summary>
    public int Slot { get; }

    public DateTimeOffset Started { get; }

    public LinkConnection Link { get; }

    /// <summary>The process's end: its exit code, 128 and the signal when one killed it.</summary>
    public Task<int> Ended { get; }

    /// <summary>Ends when the process wants to know what to route to.</summary>
    public Task Ready => _ready.Task;

    /// <summary>Belongs to the fleet's gate, as the next.</summary>
    public ProcessState State { get; set; }

    /// <summary>It takes connections.</summary>
    public bool IsAccepting { get; set; }

    /// <summary>It is to be replaced.</summary>
    public bool IsOutdated { get; set; }

    /// <summary>It is told of every deployment. Belongs to the order of the updates.</summary>
    public bool IsRouted { get; set; }

    /// <summary>Its figures, a second old at most.</summary>
    public IReadOnlyList<ProcessGauge> Gauges { get; set; } = [];

    public void BecomeReady() => _ready.TrySetResult();

    /// <summary>Ends it at once.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself.
        }
    }

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        Link.Dispose();
        var code = _process.ExitCode;
        _process.Dispose();
        return code;
    }
}
