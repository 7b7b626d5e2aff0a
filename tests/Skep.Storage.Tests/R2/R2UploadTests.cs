using Skep.Abstractions.R2;

namespace Skep.Storage.Tests.R2;

/// <summary>Uploads in parts.</summary>
public sealed class R2UploadTests : R2Test
{
    private const int PartLength = 5 << 20;

    [Fact]
    public async Task Parts_make_an_object_in_the_order_of_their_numbers()
    {
        var id = await Store.CreateUploadAsync(Bucket, new R2Put { Key = "big", Http = new R2HttpMetadata("video/x"), Custom = new Dictionary<string, string> { ["a"] = "b" } });
        var (first, second, last) = (Random(PartLength), Random(PartLength, seed: 2), Random(100, seed: 3));
        var c = await PartAsync(id, 30, last);
        var b = await PartAsync(id, 20, second);
        await PartAsync(id, 10, Random(7));
        var a = await PartAsync(id, 10, first);
        await PartAsync(id, 25, Random(9));
        Assert.Null(await Store.HeadAsync(Bucket, "big", Cancellation));
        Assert.Equal([10, 20, 25, 30], (await Store.ListPartsAsync(Bucket, "big", id, 0, 10, Cancellation)).Select(part => part.Number));

        var stored = await Store.CompleteUploadAsync(Bucket, "big", id, [Name(c), Name(a), Name(b)]);

        Assert.Equal((2L * PartLength) + 100, stored.Size);
        Assert.Equal(Convert.ToHexStringLower(Md5([.. Md5(first), .. Md5(second), .. Md5(last)])) + "-3", stored.ETag);
        Assert.Equal(("video/x", "b"), (stored.Http!.ContentType, stored.Custom!["a"]));
        byte[] whole = [.. first, .. second, .. last];
        Assert.Equal(Md5(whole), Md5((await BytesAsync("big"))!));
        Assert.Equal(whole[(PartLength - 1)..(PartLength + 1)], await BytesAsync("big", new R2Range(PartLength - 1, 2)));
        Assert.Equal(whole[^101..], await BytesAsync("big", new R2Range(Suffix: 101)));
        await ReopenAsync();
        Assert.Equal(whole[^101..], await BytesAsync("big", new R2Range(Suffix: 101)));
        Assert.Equal(3, Blobs.Length);
        Assert.Equal(new R2Usage(1, stored.Size, 0), await Store.UsageAsync(Bucket, Cancellation));
    }

    [Fact]
    public async Task Whoever_reads_the_parts_reads_all_of_them_though_the_object_goes()
    {
        var id = await Store.CreateUploadAsync(Bucket, new R2Put { Key = "big" });
        var (first, last) = (Random(PartLength), Random(100, seed: 2));
        await Store.CompleteUploadAsync(Bucket, "big", id, [Name(await PartAsync(id, 1, first)), Name(await PartAsync(id, 2, last))]);
        var read = await Store.GetAsync(Bucket, new R2Get("big"), Cancellation);
        await Store.DeleteAsync(Bucket, ["big"]);
        byte[] whole = [.. first, .. last];
        Assert.Equal(Md5(whole), Md5(await BytesAsync(read!)));
        await read!.DisposeAsync();
        await UntilAsync(() => Blobs.Length == 0);
    }

    [Fact]
    public async Task Parts_that_make_no_object_are_refused_and_stay()
    {
        var id = await Store.CreateUploadAsync(Bucket, new R2Put { Key = "big" });
        var (shorter, longer, even) = (await PartAsync(id, 1, Random(PartLength - 1)), await PartAsync(id, 2, Random(PartLength + 1)), await PartAsync(id, 3, Random(PartLength)));
        Assert.Equal(R2ErrorCodes.EntityTooSmall, await CompleteAsync(Name(shorter), Name(longer)));
        Assert.Equal(R2ErrorCodes.BadUpload, await CompleteAsync(Name(longer), Name(even), Name(even) with { Number = 3 }));
        Assert.Equal(R2ErrorCodes.BadUpload, await CompleteAsync(Name(even), Name(even)));
        Assert.Equal(R2ErrorCodes.BadUpload, await CompleteAsync());
        Assert.Equal(R2ErrorCodes.InvalidPart, await CompleteAsync(Name(even) with { ETag = shorter.ETag }));
        Assert.Equal(R2ErrorCodes.InvalidPart, await CompleteAsync(Name(even) with { Number = 4 }));
        Assert.Equal(PartLength, (await Store.CompleteUploadAsync(Bucket, "big", id, [Name(even)])).Size);
        Assert.Equal(R2ErrorCodes.NoSuchUpload, await CompleteAsync(Name(even)));
        await UntilAsync(() => Blobs.Length == 1);

        async Task<int> CompleteAsync(params R2PartName[] parts) => (await RefusedAsync(() => Store.CompleteUploadAsync(Bucket, "big", id, parts))).Code;
    }

    [Fact]
    public async Task An_upload_that_is_aborted_is_gone()
    {
        var id = await Store.CreateUploadAsync(Bucket, new R2Put { Key = "big" });
        await PartAsync(id, 1, Random(100));
        Assert.Equal(1, (await Store.UsageAsync(Bucket, Cancellation)).Uploads);
        Assert.Equal(R2ErrorCodes.BucketNotEmpty, (await RefusedAsync(() => Store.DropBucketAsync(Bucket))).Code);
        await Store.AbortUploadAsync(Bucket, "big", id);
        await Store.AbortUploadAsync(Bucket, "big", id);
        await UntilAsync(() => Blobs.Length == 0);
        Assert.Equal(R2ErrorCodes.NoSuchUpload, (await RefusedAsync(() => Store.PutPartAsync(Bucket, new R2PartPut("big", id, 1, R2Checksums.None), default, Cancellation))).Code);
        Assert.Equal(R2ErrorCodes.NoSuchUpload, (await RefusedAsync(() => Store.ListPartsAsync(Bucket, "big", id, 0, 10, Cancellation))).Code);
        Assert.Equal(R2ErrorCodes.NoSuchUpload, (await RefusedAsync(() => Store.AbortUploadAsync(Bucket, "other", id))).Code);
        Assert.Empty(Blobs);
        await Store.DropBucketAsync(Bucket);
    }

    [Fact]
    public async Task Uploads_under_way_are_listed()
    {
        List<string> ids = [];
        foreach (var key in (string[])["a", "b", "b", "c"]) ids.Add(await Store.CreateUploadAsync(Bucket, new R2Put { Key = key }));
        await Store.AbortUploadAsync(Bucket, "a", ids[0]);
        var first = await Store.ListUploadsAsync(Bucket, "", "", "", 2, Cancellation);
        var rest = await Store.ListUploadsAsync(Bucket, "", first[^1].Key, first[^1].Id, 10, Cancellation);
        Assert.Equal(["b", "b", "c"], first.Concat(rest).Select(upload => upload.Key));
        Assert.Equal(ids[1..].Order(StringComparer.Ordinal), first.Concat(rest).Select(upload => upload.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Rules_tidy_what_is_old()
    {
        await PutAsync("logs/old", "1");
        await PutAsync("kept", "1");
        var id = await Store.CreateUploadAsync(Bucket, new R2Put { Key = "logs/upload" });
        Time.Advance(TimeSpan.FromDays(3));
        await PutAsync("logs/new", "1");
        R2LifecycleRule[] rules =
        [
            new("logs/", TimeSpan.FromDays(2), new R2LifecycleMoment(TimeSpan.FromDays(2), null), null),
            new("", null, null, new R2LifecycleMoment(TimeSpan.FromDays(1), null)),
            new("", null, new R2LifecycleMoment(null, Time.GetUtcNow().AddDays(1)), null),
        ];
        Assert.Equal(3, await Store.ApplyLifecycleAsync(Bucket, rules, Cancellation));
        Assert.Equal(["kept InfrequentAccess", "logs/new Standard"], (await Store.ListAsync(Bucket, new R2ListQuery(), Cancellation)).Objects.Select(each => $"{each.Key} {each.StorageClass}"));
        Assert.Empty(await Store.ListUploadsAsync(Bucket, "", "", "", 10, Cancellation));
        Assert.Equal(0, await Store.ApplyLifecycleAsync(Bucket, rules, Cancellation));
        Assert.NotEmpty(id);
    }

    private async Task<R2Part> PartAsync(string id, int number, byte[] content) =>
        await Store.PutPartAsync(Bucket, new R2PartPut("big", id, number, R2Checksums.None), new R2Body(default, new Dribble(content)), Cancellation);

    private static R2PartName Name(R2Part part) => new(part.Number, part.ETag);
}
