using Skep.Hosting;
using Xunit;

namespace Skep.Tests.Hosting;

public sealed class DataFolderTests : IDisposable
{
    private readonly string _path = Path.Combine(Path.GetTempPath(), $"skep-data-{Guid.NewGuid():N}");

    public void Dispose() => Directory.Delete(_path, recursive: true);

    [Fact]
    public void What_a_command_does_not_ask_for_is_not_opened()
    {
        using (DataFolder.Open(_path))
        {
        }

        Assert.Equal(["catalog.db", DataFolder.KeyFile], Directory.GetFiles(_path).Select(Path.GetFileName).Where(name => !name!.Contains('-', StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_it_asks_for_is()
    {
        using var data = DataFolder.Open(_path);
        Assert.Empty(await data.Workflows.ListAsync());
        Assert.True(File.Exists(Path.Combine(_path, "workflows.db")));
    }
}
