using System.Collections.Concurrent;
using System.Security.Cryptography;
using Skep.Abstractions.D1;
using Skep.Control.Auth;

namespace Skep.Control.D1;

/// <summary>Files on their way into databases and out of them. They lie in a folder that is empty at the start, and are removed after an hour.</summary>
internal sealed class D1Transfers
{
    /// <summary>What an import may have (https://developers.cloudflare.com/d1/platform/limits/).</summary>
    public const long MaxImportBytes = 5_000_000_000;

    // So that backups leave them out.
    private const string Ending = ".new";
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly ConcurrentDictionary<string, D1Transfer> _transfers = new(StringComparer.Ordinal);
    private readonly D1Services _d1;
    private readonly TimeProvider _time;

    /// <param name="d1">The databases.</param>
    /// <param name="time">The clock.</param>
    public D1Transfers(D1Services d1, TimeProvider time)
    {
        _d1 = d1;
        _time = time;
        if (Directory.Exists(d1.Folder)) Directory.Delete(d1.Folder, recursive: true);
    }

    /// <summary>Expects a file for a database.</summary>
    /// <param name="database">The database's id.</param>
    /// <param name="etag">The file's MD5, in hexadecimal digits.</param>
    public D1Transfer Expect(string database, string etag) => Begin(database, etag);

    /// <summary>The transfer of that secret; null when there is none any more.</summary>
    public D1Transfer? Find(string secret) => _transfers.GetValueOrDefault(secret);

    /// <summary>The transfer of a database by its name; null when there is none.</summary>
    public D1Transfer? Find(string name, string database) => _transfers.Values.FirstOrDefault(each => each.Name == name && each.Database == database);

    /// <summary>Stores what an upload sends.</summary>
    /// <returns>Its MD5, in hexadecimal digits.</returns>
    public static async Task<string> ReceiveAsync(D1Transfer transfer, Stream from, CancellationToken cancellation)
    {
        using var digest = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        await using FileStream file = new(transfer.Path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        var buffer = new byte[128 << 10];
        for (int read; (read = await from.ReadAsync(buffer, cancellation)) > 0;)
        {
            digest.AppendData(buffer, 0, read);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellation);
        }

        return transfer.Received = Convert.ToHexStringLower(digest.GetHashAndReset());
    }

    /// <summary>Begins to run an uploaded file, once.</summary>
    public void Import(D1Transfer transfer) => transfer.Start(async () =>
    {
        try
        {
            await using FileStream file = new(transfer.Path, FileMode.Open, FileAccess.Read, FileShare.None, 64 << 10);
            return await _d1.Upkeep.ImportAsync(transfer.Database, file);
        }
        finally
        {
            File.Delete(transfer.Path);
        }
    });

    /// <summary>Begins to write a database to a file.</summary>
    public D1Transfer Export(string database, D1ExportOptions options)
    {
        var transfer = Begin(database, etag: "");
        transfer.Start(async () =>
        {
            await using FileStream file = new(transfer.Path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 64 << 10);
            await _d1.Upkeep.ExportAsync(database, options, file);
            return null;
        });
        return transfer;
    }

    private D1Transfer Begin(string database, string etag)
    {
        Forget();
        Directory.CreateDirectory(_d1.Folder);
        var (name, secret) = (Guid.NewGuid().ToString("N") + ".sql", TokenSecret.Create());
        return _transfers[secret] = new D1Transfer(name, database, secret, etag, Path.Combine(_d1.Folder, name + Ending), _time.GetUtcNow());
    }

    private void Forget()
    {
        var oldest = _time.GetUtcNow() - Lifetime;
        foreach (var (secret, transfer) in _transfers)
        {
            if (transfer.Began >= oldest || transfer.IsRunning || !_transfers.TryRemove(secret, out _)) continue;
            File.Delete(transfer.Path);
        }
    }
}
