using System.Text;
using Skep.Abstractions.R2;
using Skep.Storage.R2;

namespace Skep.Storage.Tests.Faults;

/// <summary>R2 buckets: each text is an object in the database, and another in a file.</summary>
internal sealed class FaultyR2 : FaultyService
{
    private readonly SqliteR2Store _store;

    public FaultyR2(string folder)
        : base(folder) => _store = new SqliteR2Store(new R2StoreOptions(folder) { OnFailure = Failures.Enqueue }, TimeProvider.System);

    public override Type Refusal => typeof(R2Exception);

    public override async Task MakeAsync(string thing) => await _store.CreateBucketAsync(thing);

    public override async Task WriteAsync(string thing, string key, int length)
    {
        await PutAsync(thing, key, length);
        await PutAsync(thing, key + "-long", length + (64 << 10));
    }

    public override async Task<bool> HasAsync(string thing, string key, int length) =>
        await IsAsync(thing, key, length) && await IsAsync(thing, key + "-long", length + (64 << 10));

    public override string FileOf(string thing) => Path.Combine(Folder, thing, "bucket.db");

    public override ValueTask DisposeAsync() => _store.DisposeAsync();

    private async Task PutAsync(string bucket, string key, int length) =>
        await _store.PutAsync(bucket, new R2Put { Key = key }, new R2Body(Encoding.UTF8.GetBytes(Text(key, length))), Cancellation);

    private async Task<bool> IsAsync(string bucket, string key, int length)
    {
        await using var read = await _store.GetAsync(bucket, new R2Get(key), Cancellation);
        if (read is null) return false;
        if (read.Bytes is { } bytes) return Encoding.UTF8.GetString(bytes.Span) == Text(key, length);
        using StreamReader text = new(read.Content!);
        return await text.ReadToEndAsync(Cancellation) == Text(key, length);
    }
}
