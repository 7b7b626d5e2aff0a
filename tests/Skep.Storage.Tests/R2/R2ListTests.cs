using Skep.Abstractions.R2;

namespace Skep.Storage.Tests.R2;

/// <summary>Lists are ordered, complete, and the same however they are cut into pages.</summary>
public sealed class R2ListTests : R2Test
{
    private static readonly string[] Keys = ["a", "a/", "a/1", "a/2/x", "a/2/y", "a/3", "b/1", "c", "ä", "\U0001F600"];

    [Theory]
    [InlineData("", "", "a|a/|a/1|a/2/x|a/2/y|a/3|b/1|c|ä|\U0001F600", "")]
    [InlineData("", "/", "a|c|ä|\U0001F600", "a/|b/")]
    [InlineData("a/", "/", "a/|a/1|a/3", "a/2/")]
    [InlineData("a", "", "a|a/|a/1|a/2/x|a/2/y|a/3", "")]
    [InlineData("a/2", "/", "", "a/2/")]
    [InlineData("nothing", "/", "", "")]
    [InlineData("", "2/", "a|a/|a/1|a/3|b/1|c|ä|\U0001F600", "a/2/")]
    public async Task Every_cut_shows_the_same(string prefix, string delimiter, string objects, string prefixes)
    {
        foreach (var key in Keys) await PutAsync(key, "x");
        for (var limit = 1; limit <= 11; limit++)
        {
            List<string> found = [], common = [];
            for (string? cursor = null; ;)
            {
                var page = await Store.ListAsync(Bucket, new R2ListQuery { Prefix = prefix, Delimiter = delimiter, Limit = limit, Cursor = cursor }, Cancellation);
                Assert.InRange(page.Objects.Count + page.Prefixes.Count, 0, limit);
                found.AddRange(page.Objects.Select(each => each.Key));
                common.AddRange(page.Prefixes);
                if ((cursor = page.Cursor) is null) break;
            }

            Assert.Equal((objects, prefixes), (string.Join('|', found), string.Join('|', common)));
        }
    }

    [Fact]
    public async Task A_list_begins_after_a_key()
    {
        foreach (var key in Keys) await PutAsync(key, "x");
        Assert.Equal(["b/1", "c"], (await Store.ListAsync(Bucket, new R2ListQuery { StartAfter = "a/3", Limit = 2 }, Cancellation)).Objects.Select(each => each.Key));
        // What stands for many keys has been listed with all of them.
        var page = await Store.ListAsync(Bucket, new R2ListQuery { StartAfter = "a/", Delimiter = "/" }, Cancellation);
        Assert.Equal(["b/"], page.Prefixes);
    }

    [Fact]
    public async Task Metadata_comes_when_it_is_asked_for()
    {
        await Store.PutAsync(Bucket, new R2Put { Key = "k", Http = new R2HttpMetadata("text/x"), Custom = new Dictionary<string, string> { ["a"] = "b" } }, default, Cancellation);
        var bare = (await Store.ListAsync(Bucket, new R2ListQuery(), Cancellation)).Objects[0];
        Assert.Equal((null, null), (bare.Http, bare.Custom));
        var full = (await Store.ListAsync(Bucket, new R2ListQuery { WithHttp = true, WithCustom = true }, Cancellation)).Objects[0];
        Assert.Equal(("text/x", "b"), (full.Http!.ContentType, full.Custom!["a"]));
    }

    [Fact]
    public async Task A_page_with_much_metadata_ends_early()
    {
        for (var i = 0; i < 300; i++)
            await Store.PutAsync(Bucket, new R2Put { Key = $"{i:000}", Custom = new Dictionary<string, string> { ["a"] = new string('x', 8000) } }, default, Cancellation);
        var page = await Store.ListAsync(Bucket, new R2ListQuery { WithCustom = true }, Cancellation);
        Assert.InRange(page.Objects.Count, 100, 200);
        Assert.Equal(300, page.Objects.Count + (await Store.ListAsync(Bucket, new R2ListQuery { Cursor = page.Cursor }, Cancellation)).Objects.Count);
    }

    [Fact]
    public async Task What_is_no_cursor_or_limit_is_refused()
    {
        Assert.Equal(R2ErrorCodes.InvalidArgument, (await RefusedAsync(() => Store.ListAsync(Bucket, new R2ListQuery { Cursor = "%" }, Cancellation))).Code);
        Assert.Equal(R2ErrorCodes.InvalidMaxKeys, (await Assert.ThrowsAsync<R2Exception>(async () => await Store.ListAsync(Bucket, new R2ListQuery { Limit = 1001 }, Cancellation))).Code);
        Assert.Equal(R2ErrorCodes.InvalidMaxKeys, (await Assert.ThrowsAsync<R2Exception>(async () => await Store.ListAsync(Bucket, new R2ListQuery { Limit = 0 }, Cancellation))).Code);
    }
}
