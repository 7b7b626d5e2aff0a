using System.Diagnostics;
using Skep.Abstractions.Metering;
using Skep.Supervision.Link;
using Skep.Supervision.Objects;

namespace Skep.Supervision.Processes;

/// <summary>A worker process as the supervisor sees it.</summary>
internal sealed class WorkerProcess : IHostingProcess
{
    private readonly Process _process;
    private static int _last;
    private readonly PeerSocket _peers;
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public WorkerProcess(Process process, int slot, LinkSocket socket, PeerSocket peers, Func<WorkerProcess, ILinkHandler> handler, DateTimeOffset started)
    {
        _process = process;
        _peers = peers;
        Slot = slot;
        Number = Interlocked.Increment(ref _last);
        Id = process.Id;
        Started = started;
        Link = new LinkConnection(socket, handler(this), $"{Id}");
        Ended = WaitAsync();
        Link.Start();
    }

    public int Id { get; }

    /// <summary>What other processes know it by: unlike the system's number it is never used again.</summary>
    public int Number { get; }

    /// <summary>What it has inherited the socket for its connections to others under.</summary>
    public int PeerDescriptor => _peers.Theirs;

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

    /// <summary>Gives it a connection to another process.</summary>
    public bool TryConnect(int other, LinkSocket end, bool isFirst) => PeerNote.TrySend(_peers.Ours, other, end, isFirst);

    Task IHostingProcess.Ended => Ended;

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

    /// <summary>The socket for connections to other processes.</summary>
    /// <param name="Ours">The supervisor's end.</param>
    /// <param name="Theirs">The number of the other end in the process.</param>
    internal readonly record struct PeerSocket(DescriptorSocket Ours, int Theirs);

    private async Task<int> WaitAsync()
    {
        await _process.WaitForExitAsync();
        Link.Dispose();
        _peers.Ours.Dispose();
        var code = _process.ExitCode;
        _process.Dispose();
        return code;
    }
}
