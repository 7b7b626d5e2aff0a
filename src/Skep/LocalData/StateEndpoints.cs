using System.Collections.Concurrent;
using System.Diagnostics;
using Skep.Hosting;
using Skep.Output;
using Skep.Supervision.Link;

namespace Skep.LocalData;

/// <summary>The data of the projects of a <c>skep dev</c>: this process is the one that has it open, and answers commands about it.</summary>
internal sealed class StateEndpoints(Terminal terminal) : IDisposable
{
    // As long as a command may need that has it open at this moment.
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, Lazy<ServerMark?>> _claims = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Lazy<StateEndpoint?>> _endpoints = new(StringComparer.Ordinal);
    private StateFolders? _state;

    /// <summary>Has commands be answered about what is kept there, until the result is disposed of.</summary>
    public IDisposable Serve(StateFolders state)
    {
        _state = state;
        return new Serving(this);
    }

    /// <summary>The data of the project in this folder is about to be opened: waits for a command that has it open.</summary>
    public void Open(string root)
    {
        if (_claims.GetOrAdd(root, folder => new(() => Claim(folder))).Value is null || _state is not { } state) return;
        _ = _endpoints.GetOrAdd(root, folder => new(() => Listen(state, folder))).Value;
    }

    /// <summary>Leaves the data to others: it is closed.</summary>
    public void Dispose() => DisposeMade(_claims);

    private StateEndpoint? Listen(StateFolders state, string root)
    {
        try
        {
            return new StateEndpoint(state, root);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            terminal.Offer(isError: true, style => style.Yellow($"Commands such as `skep d1 execute` cannot reach this process: {failure.Message}"));
            return null;
        }
    }

    private ServerMark? Claim(string root)
    {
        var folder = StateFolders.Of(root);
        // Whoever opens data waits for that anyway, and a command has it for moments only: nothing tells when it leaves it.
        for (var began = Stopwatch.GetTimestamp(); ; Thread.Sleep(_pause))
        {
            if (ServerMark.TrySet(folder) is { } mark) return mark;
            if (!IsAnswered(folder) && Stopwatch.GetElapsedTime(began) < _patience) continue;
            var other = ServerMark.Find(folder);
            terminal.Offer(isError: true, style => style.Yellow(
                $"Process {other} has the data of {root} open, too. What both write is safe, but commands such as `skep d1 execute` reach only that one, and the history of D1 databases is not kept."));
            return null;
        }
    }

    private static bool IsAnswered(string folder)
    {
        using var other = NamedSocket.TryConnect(folder, StateEndpoint.SocketName);
        return other is not null;
    }

    private static void DisposeMade<T>(ConcurrentDictionary<string, Lazy<T?>> all)
        where T : class, IDisposable
    {
        foreach (var each in all.Values)
        {
            // One that failed would fail again.
            if (each.IsValueCreated) each.Value?.Dispose();
        }
    }

    private sealed class Serving(StateEndpoints owner) : IDisposable
    {
        public void Dispose()
        {
            owner._state = null;
            DisposeMade(owner._endpoints);
        }
    }
}
