using Skep.Hosting;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Hosting;

/// <summary>What Durable Objects store, as a server opens it.</summary>
public sealed class ObjectStorageFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_left_over_and_cannot_be_removed_does_not_keep_the_server_from_starting()
    {
        var left = Directory.CreateDirectory(Path.Combine(_folder.Path, DataFolder.ObjectsFolder, new string('a', 32))).FullName;
        _folder.Write(DataFolder.AlarmsFile, new string('x', 4096));
        List<Exception> failures = [];
        await using ObjectStorageFolder objects = new(_folder.Path, TimeProvider.System, failures.Add);
        failures.Clear();
        await objects.SweepAsync(new HashSet<string>());
        Assert.Contains("not a database", Assert.Single(failures).Message, StringComparison.Ordinal);
        Assert.True(Directory.Exists(left));
    }
}
