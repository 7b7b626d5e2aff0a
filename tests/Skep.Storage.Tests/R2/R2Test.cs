using System.Security.Cryptography;
using System.Text;
using Skep.Abstractions.R2;
using Skep.Abstractions.Streams;
using Skep.Storage.R2;
using Skep.Testing;

namespace Skep.Storage.Tests.R2;

/// <summary>A store in a folder of its own, whose time passes when the test says so.</summary>
public abstract class R2Test : IAsyncLifetime
{
    protected const string Bucket = "files";

    private readonly TemporaryFolder _folder = new();

    internal ManualTime Time { get; } = new();

    protected SqliteR2Store Store { get; private set; } = null!;

    protected List<Exception> Failures { get; } = [];

    protected string Folder => Path.Combine(_folder.Path, "r2");

    protected string BucketFolder => Path.Combine(Folder, Bucket);

    /// <summary>The files that hold content.</summary>
    protected string[] Blobs => [.. Directory.EnumerateFiles(BucketFolder, "*", SearchOption.AllDirectories).Where(file => Path.GetDirectoryName(file) != BucketFolder)];

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        Store = Open();
        await Store.CreateBucketAsync(Bucket);
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    protected SqliteR2Store Open(Func<R2StoreOptions, R2StoreOptions>? with = null)
    {
        var options = new R2StoreOptions(Folder) { OnFailure = Failures.Add };
        return new SqliteR2Store(with?.Invoke(options) ?? options, Time);
    }

    /// <summary>Closes the store and opens it anew.</summary>
    protected async Task ReopenAsync(Func<R2StoreOptions, R2StoreOptions>? with = null)
    {
        await Store.DisposeAsync();
        Store = Open(with);
    }

    protected ValueTask<R2Object?> PutAsync(string key, string content, R2Condition? condition = null) =>
        Store.PutAsync(Bucket, new R2Put { Key = key, Condition = condition }, new R2Body(Encoding.UTF8.GetBytes(content)), Cancellation);

    /// <summary>Stores content that is too long for the database.</summary>
    protected ValueTask<R2Object?> PutLongAsync(string key, byte[] content) =>
        Store.PutAsync(Bucket, new R2Put { Key = key }, new R2Body(default, new Dribble(content), content.Length), Cancellation);

    protected async Task<byte[]?> BytesAsync(string key, R2Range? range = null)
    {
        await using var read = await Store.GetAsync(Bucket, new R2Get(key, Range: range), Cancellation);
        return read is null ? null : await BytesAsync(read);
    }

    protected static async Task<byte[]> BytesAsync(R2Read read)
    {
        if (read.Bytes is { } bytes) return bytes.ToArray();
        using MemoryStream all = new();
        await read.Content!.CopyToAsync(all, Cancellation);
        return all.ToArray();
    }

    protected async Task<string?> TextAsync(string key, R2Range? range = null) => await BytesAsync(key, range) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    protected static async Task<R2Exception> RefusedAsync<T>(Func<ValueTask<T>> refused) => await Assert.ThrowsAsync<R2Exception>(async () => await refused());

    protected static async Task<R2Exception> RefusedAsync(Func<ValueTask> refused) => await Assert.ThrowsAsync<R2Exception>(async () => await refused());

    protected static byte[] Random(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    protected static byte[] Md5(byte[] content)
    {
        using var md5 = IncrementalHash.CreateHash(HashAlgorithmName.MD5);
        md5.AppendData(content);
        return md5.GetHashAndReset();
    }

    /// <summary>Waits for what happens in the background.</summary>
    protected static async Task UntilAsync(Func<bool> condition)
    {
        while (!condition()) await Task.Delay(1, Cancellation);
    }

    /// <summary>Bytes that come in pieces of odd sizes; fails at its end when it is told to.</summary>
    protected sealed class Dribble(byte[] content, Exception? failure = null) : ForwardOnlyStream
    {
        private int _read;

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await Task.Yield();
            var count = Math.Min(Math.Min(buffer.Length, 7919), content.Length - _read);
            if (count == 0 && failure is not null) throw failure;
            content.AsMemory(_read, count).CopyTo(buffer);
            _read += count;
            return count;
        }
    }
}
