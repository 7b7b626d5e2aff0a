using Skep.Testing;

namespace Skep.Storage.Tests.Faults;

/// <summary>Files that are not what they were: whoever needs them is told that they are damaged, and others go on.</summary>
public sealed class DamageTests : IDisposable
{
    private const int Texts = 100;
    private const int Length = 60_000;
    private const int PageSize = 4096;

    private static readonly Dictionary<string, Action<string>> Damages = new()
    {
        ["is garbage"] = file => File.WriteAllBytes(file, [.. Enumerable.Repeat((byte)'x', 50_000)]),
        ["was emptied"] = file => File.WriteAllBytes(file, []),
        ["was cut off"] = file => Change(file, content => content.SetLength(content.Length / 2 / PageSize * PageSize)),
        ["has torn pages"] = file => Change(file, content =>
        {
            for (long page = PageSize; page < content.Length; page += PageSize)
            {
                content.Position = page;
                content.Write([.. Enumerable.Repeat((byte)0xa5, 16)]);
            }
        }),
    };

    private readonly TemporaryFolder _folder = new();

    public static MatrixTheoryData<string, string> Cases => new(FaultyService.WithFiles.Select(row => row.Data), Damages.Keys);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_file_that_fails_is_said_to_be_damaged_and_others_go_on(string name, string damage)
    {
        var file = await StoreAsync(name);
        Damages[damage](file);

        await using var service = FaultyService.Open(name, _folder.Path);
        List<Exception> refused = [];
        for (var i = 0; i < Texts; i++)
        {
            try
            {
                Assert.True(await service.HasAsync("one", $"k{i}", Length), $"k{i} is said not to be there.");
            }
            catch (Exception failure) when (failure.GetType() == service.Refusal)
            {
                refused.Add(failure);
            }
        }

        Assert.NotEmpty(refused);
        Assert.DoesNotContain(refused, each => !each.Message.Contains("damaged", StringComparison.Ordinal));
        Assert.DoesNotContain(refused, each => each.Message.Contains(_folder.Path, StringComparison.Ordinal));
        Assert.True(service.Failures.Any(failure => failure.Message.Contains(file, StringComparison.Ordinal) && failure.Message.Contains("skep restore", StringComparison.Ordinal)), service.Failures.First().Message);
        Assert.True(await service.HasAsync("two", "k0", Length));
        await service.WriteAsync("two", "after", Length);
        Assert.True(await service.HasAsync("two", "after", Length));
    }

    // SQLite has no checksum of what pages hold: a bit of a value that has changed is not noticed. One of the structure is, and must not be more than an error.
    [Theory]
    [MemberData(nameof(FaultyService.WithFiles), MemberType = typeof(FaultyService))]
    public async Task Bits_that_have_changed_are_an_error_at_most(string name)
    {
        var file = await StoreAsync(name);
        var sound = await File.ReadAllBytesAsync(file, Cancellation);
        Random random = new(1);
        for (var round = 0; round < 40; round++)
        {
            var changed = (byte[])sound.Clone();
            // Where the structure is: the heads of pages.
            for (var flips = random.Next(1, 30); flips > 0; flips--)
                changed[(random.Next(changed.Length / PageSize) * PageSize) + random.Next(128)] ^= (byte)(1 << random.Next(8));
            foreach (var suffix in (string[])["-wal", "-shm"]) File.Delete(file + suffix);
            await File.WriteAllBytesAsync(file, changed, Cancellation);

            await using var service = FaultyService.Open(name, _folder.Path);
            for (var i = 0; i < Texts; i += 15) await TriedAsync(service, () => service.HasAsync("one", $"k{i}", Length));
            await TriedAsync(service, () => service.WriteAsync("one", $"round{round}", Length));
            Assert.True(await service.HasAsync("two", "k0", Length));
        }
    }

    private static async Task TriedAsync(FaultyService service, Func<Task> use)
    {
        try
        {
            await use();
        }
        catch (Exception failure) when (failure.GetType() == service.Refusal)
        {
            Assert.NotEmpty(failure.Message);
        }
    }

    private static void Change(string file, Action<FileStream> change)
    {
        using var content = File.Open(file, FileMode.Open, FileAccess.ReadWrite);
        change(content);
    }

    /// <summary>Fills two things; returns the file of the first, which holds all that it has.</summary>
    private async Task<string> StoreAsync(string name)
    {
        await using var service = FaultyService.Open(name, _folder.Path);
        await service.MakeAsync("one");
        await service.MakeAsync("two");
        for (var i = 0; i < Texts; i++) await service.WriteAsync("one", $"k{i}", Length);
        await service.WriteAsync("two", "k0", Length);
        return service.FileOf("one");
    }
}
