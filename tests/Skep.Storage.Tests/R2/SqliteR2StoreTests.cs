using System.Security.Cryptography;
using Skep.Abstractions.R2;

namespace Skep.Storage.Tests.R2;

/// <summary>Objects are what was stored.</summary>
public sealed class SqliteR2StoreTests : R2Test
{
    [Fact]
    public async Task What_is_stored_is_there_with_all_that_is_known_of_it()
    {
        R2Put put = new()
        {
            Key = "a/ü",
            Http = new R2HttpMetadata("text/plain", "de", "inline", "identity", "no-store", 1000),
            Custom = new Dictionary<string, string> { ["z"] = "1", ["a"] = "ü" },
            Expected = new R2Checksums(Sha256: Convert.ToHexStringLower(SHA256.HashData("hello"u8))),
            StorageClass = R2StorageClasses.InfrequentAccess,
        };
        var stored = await Store.PutAsync(Bucket, put, new R2Body("hello"u8.ToArray()), Cancellation);
        var found = await Store.HeadAsync(Bucket, "a/ü", Cancellation);
        Assert.NotNull(found);
        Assert.Equal(("a/ü", 5L, "5d41402abc4b2a76b9719d911017c592", Time.GetUtcNow().ToUnixTimeMilliseconds()), (found.Key, found.Size, found.ETag, found.Uploaded));
        Assert.Equal((put.Http, put.StorageClass, stored!.Version), (found.Http, found.StorageClass, found.Version));
        Assert.Equal(["z", "a"], found.Custom!.Keys);
        Assert.Equal(new R2Checksums("5d41402abc4b2a76b9719d911017c592", Sha256: put.Expected.Sha256), found.Checksums);
        Assert.Equal("hello", await TextAsync("a/ü"));
        Assert.Null(await Store.HeadAsync(Bucket, "a", Cancellation));
        Assert.Null(await BytesAsync("a"));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(32 << 10)]
    [InlineData((32 << 10) + 1)]
    [InlineData(256 << 10)]
    [InlineData(3_000_001)]
    public async Task Content_of_every_length_comes_back_and_survives_a_restart(int length)
    {
        var content = Random(length);
        var stored = await PutLongAsync("key", content);
        Assert.Equal((length, Convert.ToHexStringLower(Md5(content))), (stored!.Size, stored.ETag));
        Assert.Equal(content, await BytesAsync("key"));
        await ReopenAsync();
        Assert.Equal(content, await BytesAsync("key"));
        Assert.Equal(length > 32 << 10 ? 1 : 0, Blobs.Length);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100_000)]
    public async Task Ranges_are_parts_of_it(int length)
    {
        var content = Random(length);
        await PutLongAsync("key", content);
        Assert.Equal(content[3..7], await BytesAsync("key", new R2Range(3, 4)));
        Assert.Equal(content[3..], await BytesAsync("key", new R2Range(3)));
        Assert.Equal(content[..2], await BytesAsync("key", new R2Range(Length: 2)));
        Assert.Equal(content[^2..], await BytesAsync("key", new R2Range(Suffix: 2)));
        Assert.Equal(content, await BytesAsync("key", new R2Range(Suffix: length + 1)));
        Assert.Equal(content[5..], await BytesAsync("key", new R2Range(5, length)));
        Assert.Equal(content, await BytesAsync("key", new R2Range(length, IsLenient: true)));
        foreach (var range in (R2Range[])[new(length), new(0, 0), new(Suffix: 0)])
            Assert.Equal(R2ErrorCodes.InvalidRange, (await RefusedAsync(() => Store.GetAsync(Bucket, new R2Get("key", Range: range), Cancellation))).Code);
    }

    [Fact]
    public async Task Another_object_takes_the_place_of_the_one_before()
    {
        await PutLongAsync("key", Random(100_000));
        var second = Random(90_000, seed: 2);
        await PutLongAsync("key", second);
        Assert.Equal(second, await BytesAsync("key"));
        await PutAsync("key", "short");
        Assert.Equal("short", await TextAsync("key"));
        await UntilAsync(() => Blobs.Length == 0);
        Assert.Equal(new R2Usage(1, 5, 0), await Store.UsageAsync(Bucket, Cancellation));
    }

    [Fact]
    public async Task Whoever_reads_an_object_reads_all_of_it_whatever_happens_to_it_meanwhile()
    {
        var content = Random(2_000_000);
        await PutLongAsync("key", content);
        await using var read = await Store.GetAsync(Bucket, new R2Get("key"), Cancellation);
        await PutAsync("key", "other");
        await Store.DeleteAsync(Bucket, ["key"]);
        Assert.Equal(content, await BytesAsync(read!));
        await UntilAsync(() => Blobs.Length == 0);
    }

    [Fact]
    public async Task What_is_deleted_is_gone()
    {
        await PutLongAsync("a", Random(100_000));
        await PutAsync("b", "1");
        await PutAsync("c", "1");
        await Store.DeleteAsync(Bucket, ["a", "c", "none"]);
        Assert.Equal(["b"], (await Store.ListAsync(Bucket, new R2ListQuery(), Cancellation)).Objects.Select(each => each.Key));
        Assert.Equal(new R2Usage(1, 1, 0), await Store.UsageAsync(Bucket, Cancellation));
        await UntilAsync(() => Blobs.Length == 0);
        Assert.Equal(R2ErrorCodes.InvalidArgument, (await RefusedAsync(() => Store.DeleteAsync(Bucket, [.. Enumerable.Range(0, 1001).Select(number => $"{number}")]))).Code);
    }

    [Fact]
    public async Task Content_that_is_not_what_its_sender_says_is_not_stored()
    {
        await PutAsync("key", "before");
        R2Put expecting = new() { Key = "key", Expected = new R2Checksums(Sha1: new string('0', 40)) };
        foreach (var length in (int[])[5, 100_000])
        {
            var refused = await RefusedAsync(() => Store.PutAsync(Bucket, expecting, new R2Body(default, new Dribble(Random(length)), length), Cancellation));
            Assert.Equal(R2ErrorCodes.BadDigest, refused.Code);
            Assert.StartsWith($"The SHA-1 checksum you specified did not match what we received.\nYou provided a SHA-1 checksum with value: {new string('0', 40)}\nActual SHA-1 was: ", refused.Message, StringComparison.Ordinal);
            var shorter = await RefusedAsync(() => Store.PutAsync(Bucket, new R2Put { Key = "key" }, new R2Body(default, new Dribble(Random(length)), length + 1), Cancellation));
            Assert.Contains($"has {length} bytes, but {length + 1} were announced", shorter.Message, StringComparison.Ordinal);
        }

        Assert.Equal("before", await TextAsync("key"));
        Assert.Empty(Blobs);
    }

    [Fact]
    public async Task A_sender_that_fails_leaves_nothing_and_its_own_error()
    {
        foreach (var length in (int[])[5, 100_000])
        {
            var failure = await Assert.ThrowsAsync<TimeoutException>(async () =>
                await Store.PutAsync(Bucket, new R2Put { Key = "key" }, new R2Body(default, new Dribble(Random(length), new TimeoutException("mine"))), Cancellation));
            Assert.Equal("mine", failure.Message);
        }

        Assert.Null(await BytesAsync("key"));
        Assert.Empty(Blobs);
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task What_is_too_long_is_refused()
    {
        Assert.Equal(R2ErrorCodes.EntityTooLarge, (await RefusedAsync(() => Store.PutAsync(Bucket, new R2Put { Key = "k" }, new R2Body(default, new Dribble([]), R2Rules.MaxUploadBytes + 1), Cancellation))).Code);
        Assert.Equal(R2ErrorCodes.InvalidObjectName, (await RefusedAsync(() => PutAsync(new string('x', 1025), ""))).Code);
        Assert.Equal(R2ErrorCodes.InvalidObjectName, (await RefusedAsync(() => PutAsync(new string('ü', 513), ""))).Code);
        Assert.Equal(R2ErrorCodes.InvalidObjectName, (await RefusedAsync(() => PutAsync("", ""))).Code);
        Assert.NotNull(await PutAsync(new string('ü', 512), ""));
        R2Put Metadata(string value) => new() { Key = "k", Custom = new Dictionary<string, string> { ["abcd"] = value } };
        Assert.NotNull(await Store.PutAsync(Bucket, Metadata(new string('x', 8188)), default, Cancellation));
        Assert.Equal(R2ErrorCodes.MetadataTooLarge, (await RefusedAsync(() => Store.PutAsync(Bucket, Metadata(new string('x', 8189)), default, Cancellation))).Code);
        Assert.Equal(R2ErrorCodes.InvalidStorageClass, (await RefusedAsync(() => Store.PutAsync(Bucket, new R2Put { Key = "k", StorageClass = "Cold" }, default, Cancellation))).Code);
    }

    [Fact]
    public async Task Buckets_are_there_until_they_are_dropped()
    {
        Assert.Equal(R2ErrorCodes.NoSuchBucket, (await RefusedAsync(() => Store.HeadAsync("none", "a", Cancellation))).Code);
        Assert.Equal(R2ErrorCodes.NoSuchBucket, (await RefusedAsync(() => Store.PutAsync("none", new R2Put { Key = "a" }, default, Cancellation))).Code);
        await PutAsync("a", "1");
        Assert.Equal(R2ErrorCodes.BucketNotEmpty, (await RefusedAsync(() => Store.DropBucketAsync(Bucket))).Code);
        Assert.Equal("1", await TextAsync("a"));
        await Store.DeleteAsync(Bucket, ["a"]);
        await Store.DropBucketAsync(Bucket);
        Assert.Equal(R2ErrorCodes.NoSuchBucket, (await RefusedAsync(() => PutAsync("a", "1"))).Code);
        Assert.False(Directory.Exists(BucketFolder));
        await Store.DropBucketAsync(Bucket);
    }

    [Fact]
    public async Task More_buckets_than_may_be_open_serve_all_the_same()
    {
        await ReopenAsync(options => options with { OpenBuckets = 2, CreateMissing = true });
        await Parallel.ForAsync(0, 100, Cancellation, async (number, cancellation) =>
        {
            var bucket = $"bucket-{number % 10}";
            var content = Random(40_000, number);
            await Store.PutAsync(bucket, new R2Put { Key = $"{number}" }, new R2Body(default, new Dribble(content)), cancellation);
            await using var read = await Store.GetAsync(bucket, new R2Get($"{number}"), cancellation);
            Assert.Equal(content, await BytesAsync(read!));
        });
        Assert.Empty(Failures);
    }

    [Fact]
    public async Task The_class_of_a_bucket_is_that_of_its_objects()
    {
        await Store.SetStorageClassAsync(Bucket, R2StorageClasses.InfrequentAccess);
        Assert.Equal(R2StorageClasses.InfrequentAccess, (await PutAsync("a", "1"))!.StorageClass);
        await ReopenAsync();
        Assert.Equal(R2StorageClasses.InfrequentAccess, (await PutAsync("b", "1"))!.StorageClass);
    }
}
