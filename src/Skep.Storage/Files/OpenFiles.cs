using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace Skep.Storage.Files;

/// <summary>Something that is open and can be closed.</summary>
internal interface IOpenFile
{
    /// <summary>Who uses it.</summary>
    UseCount Uses { get; }

    /// <summary>Ends when it is closed.</summary>
    Task Closed { get; }
}

/// <summary>What is open, by id; the longest unused makes room for others.</summary>
/// <param name="most">How many are open at once.</param>
/// <param name="open">Opens the one of an id; may make it when the second argument is true.</param>
/// <param name="missing">What is thrown when there is none.</param>
internal sealed partial class OpenFiles<T>(int most, Func<string, bool, T> open, Func<Exception> missing)
    where T : class, IOpenFile
{
    private readonly ConcurrentDictionary<string, Lazy<Task<T>>> _open = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _dropping = new(StringComparer.Ordinal);

    /// <summary>The name of a file for an id: ids are anything that stands in a configuration, and what is no plain name is kept under its digest.</summary>
    public static string NameOf(string id) => PlainName().IsMatch(id) ? id : "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));

    /// <summary>It, if it is open; retained.</summary>
    public bool TryRetain(string id, [NotNullWhen(true)] out T? file)
    {
        file = _open.TryGetValue(id, out var known) && known.IsValueCreated && known.Value.IsCompletedSuccessfully ? known.Value.Result : null;
        return file is not null && file.Uses.TryRetain();
    }

    /// <summary>It, opened if need be; retained.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="create">Makes it when there is none.</param>
    public async ValueTask<T> RetainAsync(string id, bool create)
    {
        for (;;)
        {
            if (_dropping.ContainsKey(id)) throw missing();
            var opening = _open.GetOrAdd(id, _ => new Lazy<Task<T>>(() => Task.Run(() => Open(id, create))));
            try
            {
                var file = await opening.Value.ConfigureAwait(false);
                if (file.Uses.TryRetain()) return file;
                // It is on its way out: only when it is closed can it be opened anew.
                await file.Closed.ConfigureAwait(false);
                _open.TryRemove(new(id, opening));
            }
            catch
            {
                _open.TryRemove(new(id, opening));
                throw;
            }
        }
    }

    /// <summary>Closes it when its users have finished, and removes it.</summary>
    public async ValueTask DropAsync(string id, Action remove)
    {
        if (!_dropping.TryAdd(id, true)) return;
        try
        {
            await CloseAsync(id).ConfigureAwait(false);
            remove();
        }
        finally
        {
            _dropping.TryRemove(id, out _);
        }
    }

    /// <summary>Closes everything when its users have finished.</summary>
    public Task CloseAsync() => Task.WhenAll(_open.Keys.Select(id => CloseAsync(id).AsTask()));

    private async ValueTask CloseAsync(string id)
    {
        if (!_open.TryGetValue(id, out var known) || await OpenedAsync(known).ConfigureAwait(false) is not { } file) return;
        file.Uses.Retire();
        await file.Closed.ConfigureAwait(false);
        _open.TryRemove(new(id, known));
    }

    private T Open(string id, bool create)
    {
        MakeRoom();
        return open(id, create);
    }

    private void MakeRoom()
    {
        while (_open.Count(each => IsInUse(each.Value)) > most)
        {
            KeyValuePair<string, Lazy<Task<T>>>? oldest = null;
            foreach (var each in _open)
            {
                if (IsInUse(each.Value) && (oldest is not { } chosen || each.Value.Value.Result.Uses.LastUsed < chosen.Value.Value.Result.Uses.LastUsed)) oldest = each;
            }

            if (oldest is not { } longest) return;
            _ = RetireAsync(longest);
        }
    }

    private async Task RetireAsync(KeyValuePair<string, Lazy<Task<T>>> entry)
    {
        var file = await entry.Value.Value.ConfigureAwait(false);
        file.Uses.Retire();
        await file.Closed.ConfigureAwait(false);
        _open.TryRemove(entry);
    }

    private static bool IsInUse(Lazy<Task<T>> known) => known.IsValueCreated && known.Value.IsCompletedSuccessfully && !known.Value.Result.Uses.IsRetired;

    private static async Task<T?> OpenedAsync(Lazy<Task<T>> opening)
    {
        try
        {
            return await opening.Value.ConfigureAwait(false);
        }
        catch (Exception)
        {
            // Whoever asked for it was told; it is not open.
            return null;
        }
    }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$", RegexOptions.None, 1000)]
    private static partial Regex PlainName();
}
