using Skep.Storage.Sqlite;
using Skep.Testing;

namespace Skep.Storage.Tests.Faults;

/// <summary>A disk that is full or read-only: who stores is told so, what was acknowledged stays, and once the disk is well again everything goes on.</summary>
public sealed class DiskTests : IDisposable
{
    private const int Length = 20_000;

    private readonly TemporaryFolder _folder = new();

    private string Mounted => Path.Combine(_folder.Path, "disk");

    private string Data => Path.Combine(Mounted, "data");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(FaultyService.All), MemberType = typeof(FaultyService))]
    public async Task A_full_disk_refuses_and_keeps_what_is_there(string name)
    {
        using var disk = Mount();
        await using (var service = FaultyService.Open(name, Data))
        {
            await service.MakeAsync("one");
            await service.MakeAsync("two");
            await service.WriteAsync("one", "kept", Length);
            await service.WriteAsync("two", "kept", Length);
            disk.Fill();

            await RefusedForRoomAsync(service, () => service.WriteAsync("one", "refused", Length));
            Assert.True(service.TellsOperators || service.Failures.Any(failure => failure.Message.Contains(Data, StringComparison.Ordinal) && failure.Message.Contains("Make room", StringComparison.Ordinal)));
            disk.MakeRoom();

            // Without a new start.
            await GoesOnAsync(service);
            Assert.True(await service.HasAsync("two", "kept", Length));
        }

        await using (var next = FaultyService.Open(name, Data))
        {
            Assert.True(await next.HasAsync("one", "kept", Length));
            Assert.True(await next.HasAsync("one", "after", Length));
        }

        foreach (var file in Directory.EnumerateFiles(Data, "*", SearchOption.AllDirectories).Where(file => file.EndsWith(".db", StringComparison.Ordinal) || file.EndsWith(".sqlite", StringComparison.Ordinal)))
            Assert.Empty(SqliteFile.Examine(file));
    }

    [Theory]
    [MemberData(nameof(FaultyService.WithFiles), MemberType = typeof(FaultyService))]
    public async Task A_disk_that_is_full_at_the_start_refuses_until_there_is_room(string name)
    {
        using var disk = Mount();
        await StoreAsync(name);
        disk.Fill();
        await using var service = FaultyService.Open(name, Data);
        await RefusedForRoomAsync(service, () => service.WriteAsync("one", "refused", Length));
        disk.MakeRoom();
        await GoesOnAsync(service);
    }

    [Theory]
    [MemberData(nameof(FaultyService.WithFiles), MemberType = typeof(FaultyService))]
    public async Task A_disk_that_cannot_be_written_refuses_until_it_can(string name)
    {
        using var disk = Mount();
        await StoreAsync(name);
        disk.MakeReadOnly();
        FaultyService service;
        try
        {
            service = FaultyService.Open(name, Data);
        }
        catch (SqliteException refused)
        {
            // There is one file that it cannot do without.
            Assert.Matches("read and write", refused.Message);
            disk.MakeWritable();
            return;
        }

        await using (service)
        {
            var refused = await RefusedAsync(service, () => service.WriteAsync("one", "refused", Length));
            Assert.Matches("cannot be opened or written", refused.Message);
            Assert.Contains(service.Failures, failure => failure.Message.Contains(Data, StringComparison.Ordinal));
            disk.MakeWritable();
            await GoesOnAsync(service);
        }
    }

    private SmallDisk Mount()
    {
        var disk = SmallDisk.TryMount(Mounted, 16);
        if (disk is null) Assert.Skip(SmallDisk.Missing);
        return disk;
    }

    private async Task StoreAsync(string name)
    {
        await using var service = FaultyService.Open(name, Data);
        await service.MakeAsync("one");
        await service.WriteAsync("one", "kept", Length);
    }

    private static async Task GoesOnAsync(FaultyService service)
    {
        Assert.True(await service.HasAsync("one", "kept", Length));
        await service.WriteAsync("one", "after", Length);
        Assert.True(await service.HasAsync("one", "after", Length));
    }

    private static async Task RefusedForRoomAsync(FaultyService service, Func<Task> write)
    {
        var refused = await RefusedAsync(service, write);
        Assert.Matches("no room left|disk is full", refused.Message);
    }

    private static async Task<Exception> RefusedAsync(FaultyService service, Func<Task> write)
    {
        var refused = await Assert.ThrowsAnyAsync<Exception>(write);
        Assert.IsType(service.Refusal, refused);
        if (!service.TellsOperators) Assert.DoesNotContain(Path.DirectorySeparatorChar, refused.Message);
        return refused;
    }
}
