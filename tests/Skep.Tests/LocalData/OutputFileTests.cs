using Skep.LocalData;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.LocalData;

/// <summary>What commands write to.</summary>
public sealed class OutputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "new", "file");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_file_has_the_new_content_once_all_of_it_is_there()
    {
        await OutputFile.WriteAsync(File, output => output.WriteAsync("old"u8.ToArray()).AsTask());
        await OutputFile.WriteAsync(File, async output =>
        {
            await output.WriteAsync("new"u8.ToArray());
            Assert.Equal("old", System.IO.File.ReadAllText(File));
        });
        Assert.Equal("new", System.IO.File.ReadAllText(File));
    }

    [Fact]
    public async Task What_fails_leaves_the_old_content_and_nothing_else()
    {
        await OutputFile.WriteAsync(File, output => output.WriteAsync("old"u8.ToArray()).AsTask());
        await Assert.ThrowsAsync<IOException>(() => OutputFile.WriteAsync(File, _ => throw new IOException("lost")));
        Assert.Equal("old", System.IO.File.ReadAllText(File));
        Assert.Equal([File], Directory.GetFiles(Path.GetDirectoryName(File)!));
    }
}
