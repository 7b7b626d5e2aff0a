using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Skep.Storage.Sqlite;

/// <summary>The files that are open, by name; the longest unused make room for others. No file is ever open twice.</summary>
/// <param name="most">How many are open at once.</param>
/// <param name="open">Opens one; the second argument says whether it is made when there is none.</param>
/// <param name="missing">What to throw when there is no such file, or it is about to go.</param>
internal sealed class OpenFiles<TFile>(int most, Func<string, bool, TFile> open, Func<Exception> missing)
    where TFile : SharedFile
{
    private readonly ConcurrentDictionary<string, Lazy<Task<TFile>>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _dropping = new(StringComparer.Ordinal);

    /// <summary>The file if it is open; retained.</summary>
    public bool TryRetain(string name, [NotNullWhen(true)] out TFile? file)
    {
        file = _files.TryGetValue(name, out var known) && known.IsValueCreated && known.Value.IsCompletedSuccessfully ? known.Value.Result : null;
        return file is not null && file.TryRetain();
    }

    /// <summary>The file, opened if need be; retained.</summary>
    /// <param name="create">Makes it when there is none.</param>
    public async ValueTask<TFile> RetainAsync(string name, bool create)
    {
        for (;;)
        {
            if (_dropping.ContainsKey(name)) throw missing();
            var opening = _files.GetOrAdd(name, _ => new Lazy<Task<TFile>>(() => Task.Run(() => Open(name, create))));
            try
            {
                var file = await opening.Value.ConfigureAwait(false);
                if (file.TryRetain()) return file;
                // Nobody opens it again before it is closed.
                await file.Closed.ConfigureAwait(false);
                _files.TryRemove(new(name, opening));
            }
            catch
            {
                _files.TryRemove(new(name, opening));
                throw;
            }
        }
    }

    /// <summary>Closes the file when its users have finished, and has it removed.</summary>
    public async ValueTask DropAsync(string name, Action remove)
    {
        if (!_dropping.TryAdd(name, true)) return;
        try
        {
            await CloseAsync(name).ConfigureAwait(false);
            remove();
            // Somebody may have opened it in between.
            await CloseAsync(name).ConfigureAwait(false);
        }
        finally
        {
            _dropping.TryRemove(name, out _);
        }
    }

    /// <summary>Closes all files when their users have finished.</summary>
    public async Task CloseAsync()
    {
        foreach (var name in _files.Keys) await CloseAsync(name).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(string name)
    {
        if (!_files.TryRemove(name, out var known) || await OpenedAsync(known).ConfigureAwait(false) is not { } file) return;
        file.Retire();
        await file.Closed.ConfigureAwait(false);
    }

    private TFile Open(string name, bool create)
    {
        MakeRoom();
        return open(name, create);
    }

    // One that is used stays open, even if there are more than there should be.
    private void MakeRoom()
    {
        while (_files.Count > most)
        {
            (string Name, Lazy<Task<TFile>> Opened, TFile File)? oldest = null;
            foreach (var (name, known) in _files)
            {
                if (!known.IsValueCreated || !known.Value.IsCompletedSuccessfully || known.Value.Result is not { IsIdle: true } file) continue;
                if (oldest is null || file.LastUsed < oldest.Value.File.LastUsed) oldest = (name, known, file);
            }

            if (oldest is not { } chosen) return;
            if (chosen.File.TryRetireIdle()) _files.TryRemove(new(chosen.Name, chosen.Opened));
        }
    }

    private static async Task<TFile?> OpenedAsync(Lazy<Task<TFile>> opening)
    {
        // Whoever asked for one that could not be opened was told why; it is not open.
        await ((Task)opening.Value).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return opening.Value.IsCompletedSuccessfully ? opening.Value.Result : null;
    }
}
