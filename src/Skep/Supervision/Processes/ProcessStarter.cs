using System.Diagnostics;
using Skep.Edge.Transport;
using Skep.Settings;
using Skep.Supervision.Link;
using Skep.V8;

namespace Skep.Supervision.Processes;

/// <summary>Starts worker processes: this program again, inside node, with one end of a link, the listening sockets and the table of
/// the processes' connections.</summary>
/// <param name="sockets">Descriptors of the listening sockets.</param>
/// <param name="load">The table.</param>
/// <param name="slots">How many places it has.</param>
/// <param name="launch">Starts a process.</param>
/// <param name="time">The clock.</param>
internal sealed class ProcessStarter(IReadOnlyList<int> sockets, LoadTable load, int slots, Func<ProcessStartInfo, Process?> launch, TimeProvider time)
{
    /// <summary>The command, which users do not see.</summary>
    public const string Command = "worker-process";

    // A descriptor that may be inherited is inherited by any process that is started meanwhile, and a link that a second process
    // has would not close with the first.
    private readonly Lock _starting = new();
    private readonly SortedSet<int> _free = [.. Enumerable.Range(0, slots)];

    public WorkerProcess Start(Func<WorkerProcess, ILinkHandler> handler)
    {
        var (ours, theirs) = LinkSocket.Pair();
        var (peers, theirPeers) = DescriptorSocket.Pair();
        using (theirs)
        using (theirPeers)
        {
            lock (_starting)
            {
                int[] inherited = [theirs.Descriptor, theirPeers.Descriptor, load.Descriptor, .. sockets];
                foreach (var descriptor in inherited) LinkSocket.SetInheritable(descriptor, true);
                try
                {
                    WorkerProcess process = new(Launch(theirs.Descriptor), TakeSlot(), ours, new(peers, theirPeers.Descriptor), handler, time.GetUtcNow());
                    _ = FreeAsync(process);
                    return process;
                }
                finally
                {
                    foreach (var descriptor in inherited) LinkSocket.SetInheritable(descriptor, false);
                }
            }
        }
    }

    private Process Launch(int descriptor)
    {
        var command = Engine.CommandLine([Command, "--link", $"{descriptor}"]);
        ProcessStartInfo start = new(command[0], command[1..]) { UseShellExecute = false, RedirectStandardInput = true };
        Clean(start.Environment);
        var process = launch(start) ?? throw new InvalidOperationException($"{command[0]} did not start.");
        process.StandardInput.Close();
        return process;
    }

    /// <summary>Takes out of this process's environment what is not for those that it starts.</summary>
    internal static void Clean(IDictionary<string, string?> environment)
    {
        // What would make node another engine than the tested one.
        environment.Remove("NODE_OPTIONS");
        foreach (var setting in ServeSettings.OfSupervisor) environment.Remove(setting.Variable);
    }

    private int TakeSlot()
    {
        if (_free.Count == 0) throw new InvalidOperationException("Too many worker processes are ending at the same time.");
        var slot = _free.Min;
        _free.Remove(slot);
        return slot;
    }

    // A process that was killed has not left the table itself, and others would leave connections to it.
    private async Task FreeAsync(WorkerProcess process)
    {
        await process.Ended;
        load.Leave(process.Slot);
        lock (_starting) _free.Add(process.Slot);
    }
}
