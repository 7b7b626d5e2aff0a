using System.Diagnostics.CodeAnalysis;
using Skep.Abstractions.Kv;
using Skep.Storage.Disk;
using Skep.Storage.Sqlite;
using SQLitePCL;

namespace Skep.Storage.Kv;

/// <summary>The namespaces' files: which of them are open, and where they lie.</summary>
internal sealed class KvFileTable
{
    private readonly KvStoreOptions _options;
    private readonly CommitThreads _threads;
    private readonly OpenFiles<KvFile> _files;

    public KvFileTable(KvStoreOptions options, CommitThreads threads)
    {
        _options = options;
        _threads = threads;
        _files = new OpenFiles<KvFile>(options.OpenNamespaces, Open, KvException.NoNamespace);
    }

    /// <summary>The namespaces that there are files of, as far as their ids can be told from those.</summary>
    public IEnumerable<string> Existing() => Directory.EnumerateFiles(_options.Folder, "*.db").Select(file => Path.GetFileNameWithoutExtension(file));

    /// <summary>The namespace's file if it is open; retained.</summary>
    public bool TryRetain(string id, [NotNullWhen(true)] out KvFile? file) => _files.TryRetain(id, out file);

    /// <summary>The namespace's file, opened if need be; retained.</summary>
    /// <param name="create">Makes it when there is none.</param>
    /// <exception cref="KvException">There is no such namespace.</exception>
    /// <exception cref="SqliteException">It cannot be opened.</exception>
    public ValueTask<KvFile> RetainAsync(string id, bool create) => _files.RetainAsync(id, create);

    /// <summary>Closes the file when its users have finished, and removes it.</summary>
    public ValueTask DropAsync(string id) => _files.DropAsync(id, () =>
    {
        var path = PathOf(id);
        foreach (var each in (string[])[path, path + "-wal", path + "-shm"]) File.Delete(each);
    });

    /// <summary>Closes all files when their users have finished.</summary>
    public Task CloseAsync() => _files.CloseAsync();

    private KvFile Open(string id, bool create)
    {
        try
        {
            return new KvFile(PathOf(id), _options, _threads, create);
        }
        catch (SqliteException missing) when (!create && (missing.Code & 0xff) == raw.SQLITE_CANTOPEN && !File.Exists(PathOf(id)))
        {
            throw KvException.NoNamespace();
        }
    }

    private string PathOf(string id) => Path.Combine(_options.Folder, FileNames.Of(id) + ".db");
}
