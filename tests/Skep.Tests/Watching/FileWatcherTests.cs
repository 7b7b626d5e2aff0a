using Skep.Watching;
using Skep.Testing;
using Xunit;

namespace Skep.Tests.Watching;

public sealed class FileWatcherTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FileWatcher _watcher = new();

    public void Dispose()
    {
        _watcher.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_saved_file_is_reported()
    {
        var file = _folder.Write("a.js", "1");
        _watcher.Watch([file], []);
        File.WriteAllText(file, "2");
        Assert.Equal(file, await NextAsync());
    }

    [Fact]
    public async Task A_replaced_file_is_reported()
    {
        var file = _folder.Write("a.js", "1");
        _watcher.Watch([file], []);
        File.Move(_folder.Write("a.js.tmp", "2"), file, overwrite: true);
        Assert.Equal(file, await NextAsync());
    }

    [Fact]
    public async Task Other_files_of_the_folder_are_not()
    {
        var file = _folder.Write("a.js", "1");
        _watcher.Watch([file], []);
        _folder.Write("b.js", "2");
        File.WriteAllText(file, "2");
        Assert.Equal(file, await NextAsync());
    }

    [Fact]
    public async Task Whatever_happens_in_a_watched_folder_is()
    {
        _watcher.Watch([], [_folder.Path]);
        var file = _folder.Write("new.js", "1");
        Assert.Equal(file, await NextAsync());
    }

    [Fact]
    public async Task A_file_that_comes_into_being_is_reported_by_way_of_its_folder()
    {
        var folder = Path.Combine(_folder.Path, "later");
        _watcher.Watch([Path.Combine(folder, "a.js")], []);
        Directory.CreateDirectory(folder);
        Assert.Equal(folder, await NextAsync());
    }

    [Fact]
    public async Task What_is_no_longer_watched_is_silent()
    {
        var (old, current) = (_folder.Write("old/a.js", "1"), _folder.Write("current/a.js", "1"));
        _watcher.Watch([old], []);
        _watcher.Watch([current], []);
        File.WriteAllText(old, "2");
        File.WriteAllText(current, "2");
        Assert.Equal(current, await NextAsync());
    }

    [Fact]
    public async Task A_file_saved_between_its_reading_and_its_watching_is_reported()
    {
        var (untouched, file) = (_folder.Write("a.js", "1"), _folder.Write("b.js", "1"));
        await AgeAsync(untouched, file);
        var reading = FileTime.Now;
        File.WriteAllText(file, "2");
        _watcher.Watch([untouched, file], [], reading);
        Assert.Equal(file, await NextAsync());
        Assert.False(_watcher.Changed.TryRead(out _));
    }

    [Fact]
    public async Task So_is_one_replaced_by_an_older_file()
    {
        var (file, older) = (_folder.Write("b.js", "1"), _folder.Write("older.js", "2"));
        await AgeAsync(file, older);
        var reading = FileTime.Now;
        File.Move(older, file, overwrite: true);
        _watcher.Watch([file], [], reading);
        Assert.Equal(file, await NextAsync());
    }

    [Fact]
    public async Task So_is_one_deleted_and_one_that_appeared()
    {
        var gone = _folder.Write("one/gone.js", "1");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "two"));
        await AgeAsync(gone);
        var reading = FileTime.Now;
        File.Delete(gone);
        var appeared = _folder.Write("two/new.js", "1");
        _watcher.Watch([gone, appeared], [], reading);
        Assert.Equal([gone, appeared], new[] { await NextAsync(), await NextAsync() }.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_file_that_never_was_there_is_not_whatever_else_appears_in_its_folder()
    {
        var (never, late) = (Path.Combine(_folder.Path, ".dev.vars"), Path.Combine(_folder.Path, "late.js"));
        var reading = FileTime.Now;
        Directory.CreateDirectory(Path.Combine(_folder.Path, ".skep"));
        File.WriteAllText(late, "1");
        _watcher.Watch([never, late], [], reading, [never, late]);
        Assert.Equal(late, await NextAsync());
        File.WriteAllText(never, "1");
        Assert.Equal(never, await NextAsync());
    }

    [Fact]
    public async Task A_file_that_was_watched_all_along_is_reported_once()
    {
        var (file, other) = (_folder.Write("a.js", "1"), _folder.Write("other/b.js", "1"));
        _watcher.Watch([file], []);
        await AgeAsync(file, other);
        var reading = FileTime.Now;
        File.WriteAllText(file, "2");
        Assert.Equal(file, await NextAsync());
        _watcher.Watch([file, other], [], reading);
        File.WriteAllText(other, "2");
        Assert.Equal(other, await NextAsync());
    }

    /// <summary>Waits until the files are older than whatever changes from now on. One tick of the clock is not enough: since
    /// Linux 6.13 a file may be stamped by a finer clock, ahead of the one that ticks.</summary>
    private static async Task AgeAsync(params string[] files)
    {
        var youngest = files.Select(file => FileTime.OfChange(file)!.Value).ToArray();
        while (youngest.Any(FileTime.Now.IsNotAfter)) await Task.Delay(1, TestContext.Current.CancellationToken);
    }

    private async Task<string> NextAsync() =>
        await _watcher.Changed.ReadAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(120));
}
