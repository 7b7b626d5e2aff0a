using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Skep.Abstractions.Kv;
using Skep.Storage.Files;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Kv;

/// <summary>The files that are open, by namespace; the longest unused make room for others.</summary>
internal sealed partial class KvFileTable(KvStoreOptions options, DiskThreads threads)
{
    private readonly ConcurrentDictionary<string, Lazy<Task<KvFile>>> _files = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, bool> _dropping = new(StringComparer.Ordinal);

    /// <summary>The namespaces that there are files of, as far as their ids can be told from those.</summary>
    public IEnumerable<string> Existing() => Directory.EnumerateFiles(options.Folder, "*.db").Select(file => Path.GetFileNameWithoutExtension(file));

    /// <summary>The namespace's file if it is open; retained.</summary>
    public bool TryRetain(string id, [NotNullWhen(true)] out KvFile? file)
    {
        file = _files.TryGetValue(id, out var known) && known.IsValueCreated && known.Value.IsCompletedSuccessfully ? known.Value.Result : null;
        return file is not null && file.TryRetain();
    }

    /// <summary>The namespace's file, opened if need be; retained.</summary>
    /// <param name="create">Makes it when there is none.</param>
    /// <exception cref="KvException">There is no such namespace.</exception>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public async ValueTask<KvFile> RetainAsync(string id, bool create)
    {
        for (;;)
        {
            if (_dropping.ContainsKey(id)) throw KvException.NoNamespace();
            var opening = _files.GetOrAdd(id, _ => new Lazy<Task<KvFile>>(() => Task.Run(() => Open(id, create))));
            try
            {
                var file = await opening.Value.ConfigureAwait(false);
                if (file.TryRetain()) return file;
                _files.TryRemove(new(id, opening));
            }
            catch
            {
                _files.TryRemove(new(id, opening));
                throw;
            }
        }
    }

    /// <summary>Closes the file when its users have finished, and removes it.</summary>
    public async ValueTask DropAsync(string id)
    {
        if (!_dropping.TryAdd(id, true)) return;
        try
        {
            await CloseAsync(id).ConfigureAwait(false);
            var path = PathOf(id);
            foreach (var each in (string[])[path, path + "-wal", path + "-shm"]) File.Delete(each);
            // Somebody may have opened it in between.
            await CloseAsync(id).ConfigureAwait(false);
        }
        finally
        {
            _dropping.TryRemove(id, out _);
        }
    }

    /// <summary>Closes all files when their users have finished.</summary>
    public async Task CloseAsync()
    {
        foreach (var id in _files.Keys) await CloseAsync(id).ConfigureAwait(false);
    }

    private async ValueTask CloseAsync(string id)
    {
        if (!_files.TryRemove(id, out var known) || await OpenedAsync(known).ConfigureAwait(false) is not { } file) return;
        file.Retire();
        await file.Closed.ConfigureAwait(false);
    }

    private KvFile Open(string id, bool create)
    {
        MakeRoom();
        try
        {
            return new KvFile(PathOf(id), options, threads, create);
        }
        catch (SqliteException missing) when (!create && (missing.Code & 0xff) == raw.SQLITE_CANTOPEN)
        {
            throw KvException.NoNamespace();
        }
    }

    private void MakeRoom()
    {
        while (_files.Count > options.OpenNamespaces)
        {
            (string Id, Lazy<Task<KvFile>> Opened, KvFile File)? oldest = null;
            foreach (var (id, known) in _files)
            {
                if (!known.IsValueCreated || !known.Value.IsCompletedSuccessfully) continue;
                if (oldest is null || known.Value.Result.LastUsed < oldest.Value.File.LastUsed) oldest = (id, known, known.Value.Result);
            }

            if (oldest is not { } chosen) return;
            if (_files.TryRemove(new(chosen.Id, chosen.Opened))) chosen.File.Retire();
        }
    }

    private static async Task<KvFile?> OpenedAsync(Lazy<Task<KvFile>> opening)
    {
        try
        {
            return await opening.Value.ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is SqliteException or KvException)
        {
            // Whoever asked for it was told; it is not open.
            return null;
        }
    }

    // Ids are anything that stands in a configuration: what is no plain name is kept under its digest.
    private string PathOf(string id)
    {
        var name = PlainName().IsMatch(id) ? id : "sha256-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        return Path.Combine(options.Folder, name + ".db");
    }

    [GeneratedRegex("^[A-Za-z0-9_][A-Za-z0-9_-]{0,99}$", RegexOptions.None, 1000)]
    private static partial Regex PlainName();
}
