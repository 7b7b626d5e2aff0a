using Skep.Abstractions.R2;

namespace Skep.Storage.Tests.R2;

/// <summary>Conditions, alone and where they count: at the moment of the write.</summary>
public sealed class R2ConditionTests : R2Test
{
    private static R2Object There { get; } = new() { Key = "k", Version = "", Size = 1, ETag = "tag", Uploaded = 10_500 };

    public static TheoryData<R2Condition, bool, bool> Conditions() => new()
    {
        { new R2Condition(), true, true },
        { new R2Condition { Matches = [new("tag")] }, true, false },
        { new R2Condition { Matches = [new("other"), new("tag")] }, true, false },
        { new R2Condition { Matches = [new("tag", IsWeak: true)] }, false, false },
        { new R2Condition { Matches = [new(null)] }, true, false },
        { new R2Condition { DoesNotMatch = [new("tag")] }, false, true },
        { new R2Condition { DoesNotMatch = [new("tag", IsWeak: true)] }, false, true },
        { new R2Condition { DoesNotMatch = [new("other")] }, true, true },
        { new R2Condition { DoesNotMatch = [new(null)] }, false, true },
        { new R2Condition { UploadedBefore = 10_501 }, true, true },
        { new R2Condition { UploadedBefore = 10_500 }, false, true },
        { new R2Condition { UploadedAfter = 10_499 }, true, false },
        { new R2Condition { UploadedAfter = 10_500 }, false, false },
        { new R2Condition { UploadedAfter = 10_499, SecondsGranularity = true }, false, false },
        { new R2Condition { UploadedBefore = 11_000, SecondsGranularity = true }, true, true },
        { new R2Condition { UploadedBefore = 1, Matches = [new("tag")] }, true, false },
        { new R2Condition { UploadedAfter = 99_999, DoesNotMatch = [new("other")] }, true, false },
    };

    [Theory]
    [MemberData(nameof(Conditions))]
    public void A_condition_is_about_what_is_there(R2Condition condition, bool holds, bool holdsOfNothing)
    {
        Assert.Equal(holds, condition.Holds(There));
        Assert.Equal(holdsOfNothing, condition.Holds(null));
    }

    [Fact]
    public async Task One_of_many_that_want_to_be_first_is()
    {
        R2Condition absent = new() { DoesNotMatch = [new(null)] };
        var stored = await Task.WhenAll(Enumerable.Range(0, 50).Select(number => PutAsync("lock", $"{number}", absent).AsTask()));
        var winner = Assert.Single(stored, each => each is not null);
        Assert.Equal(winner!.Version, (await Store.HeadAsync(Bucket, "lock", Cancellation))!.Version);
    }

    [Fact]
    public async Task Compare_and_swap_loses_no_update()
    {
        await PutAsync("count", "0");
        await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            for (var done = 0; done < 10;)
            {
                await using var read = await Store.GetAsync(Bucket, new R2Get("count"), Cancellation);
                var next = int.Parse(System.Text.Encoding.UTF8.GetString(await BytesAsync(read!)), System.Globalization.CultureInfo.InvariantCulture) + 1;
                if (await PutAsync("count", $"{next}", new R2Condition { Matches = [new(read!.Object.ETag)] }) is not null) done++;
            }
        }));
        Assert.Equal("80", await TextAsync("count"));
    }

    [Fact]
    public async Task A_write_whose_condition_does_not_hold_leaves_nothing_behind()
    {
        await PutAsync("key", "1");
        var refused = await Store.PutAsync(
            Bucket, new R2Put { Key = "key", Condition = new R2Condition { Matches = [new("other")] } }, new R2Body(default, new Dribble(Random(100_000))), Cancellation);
        Assert.Null(refused);
        Assert.Equal("1", await TextAsync("key"));
        Assert.Empty(Blobs);
    }

    [Fact]
    public async Task A_read_whose_condition_does_not_hold_has_no_content()
    {
        await PutAsync("key", "1");
        await using var read = await Store.GetAsync(Bucket, new R2Get("key", new R2Condition { UploadedAfter = long.MaxValue }), Cancellation);
        Assert.Equal((false, "key"), (read!.HasContent, read.Object.Key));
    }

    [Theory]
    [InlineData("bytes=0-4", 0, 5)]
    [InlineData("bytes=5-", 5, 5)]
    [InlineData("bytes=-3", 7, 3)]
    [InlineData("bytes=8-99", 8, 2)]
    [InlineData("BYTES= 1 - 2 ", 1, 2)]
    public void A_header_names_a_range(string header, long offset, long length) =>
        Assert.Equal((offset, length), R2Range.Parse(header, isLenient: false)!.Resolve(10));

    [Theory]
    [InlineData("bytes=0-1,3-4")]
    [InlineData("bytes=5-4")]
    [InlineData("bytes=a-b")]
    [InlineData("items=0-1")]
    [InlineData("bytes=")]
    [InlineData("bytes=-")]
    public void A_header_that_names_no_single_range_asks_for_all(string header) => Assert.Null(R2Range.Parse(header, isLenient: false));
}
