using Skep.EndToEnd.Tests.Objects;

namespace Skep.EndToEnd.Tests.Supervision;

/// <summary>What operators do beside serving: back up, restore, ask what is wrong.</summary>
public sealed class OperatorTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Data => Path.Combine(_data.Folder, "data");

    public void Dispose() => _data.Dispose();

    [Theory]
    [InlineData("copy")]
    [InlineData("copy.tar.gz")]
    public async Task A_backup_of_a_running_server_is_another_server(string name)
    {
        var backup = Path.Combine(_data.Folder, name);
        string token;
        await using (var server = await SupervisedServer.StartAsync(Data))
        {
            token = server.Token;
            await server.DeployAsync("hello", "export default { fetch: () => new Response('backed up') };");
            await server.EnableAsync("hello");
            await RunAsync(0, "backup", "--data", Data, "--to", backup);
            await server.DeployAsync("hello", "export default { fetch: () => new Response('later') };");
        }

        var restored = Path.Combine(_data.Folder, "restored");
        await RunAsync(0, "restore", "--data", restored, "--from", backup);
        await using var again = await SupervisedServer.StartAsync(restored, token);
        Assert.Equal("backed up", await again.GetAsync("hello"));
        Assert.Contains("is not empty", await RunAsync(1, "restore", "--data", restored, "--from", backup), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_backup_has_what_objects_store_while_they_live_and_a_start_removes_only_what_was_being_deleted()
    {
        var backup = Path.Combine(_data.Folder, "copy.tar");
        string token;
        await using (var server = await SupervisedServer.StartAsync(Data))
        {
            token = server.Token;
            using ObjectWorker worker = new(server.Process.Output);
            await worker.DeployAsync("one");
            using CounterClient client = new(server.Process.Port);
            await client.RunAsync("a", 3, Cancellation);
            await RunAsync(0, "backup", "--data", Data, "--to", backup);
            await client.RunAsync("a", 1, Cancellation);
            Assert.Empty(client.Failures);
            Assert.True(File.Exists(Path.Combine(Data, "alarms.db")));
            Assert.False(File.Exists(Path.Combine(Data, "objects", "alarms.db")));
        }

        var restored = Path.Combine(_data.Folder, "restored");
        await RunAsync(0, "restore", "--data", restored, "--from", backup);
        // Of a class that was made after the backup, and what a server that was killed had begun to delete.
        var newer = Path.Combine(restored, "objects", new string('0', 32));
        var deleted = Path.Combine(restored, "objects", new string('1', 32) + ".deleted");
        foreach (var folder in (string[])[newer, deleted]) Directory.CreateDirectory(Path.Combine(folder, "ab"));
        await using var again = await SupervisedServer.StartAsync(restored, token);
        using CounterClient later = new(again.Process.Port);
        Assert.Equal("3", (await later.GetAsync("/value/a", Cancellation)).Text);
        Assert.Equal((true, false), (Directory.Exists(newer), Directory.Exists(deleted)));
        Assert.Contains($"warn  objects/{Path.GetFileName(newer)} has Durable Objects of a class", await RunAsync(0, "doctor", "--data", restored), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_damaged_backup_is_not_restored()
    {
        await using (await SupervisedServer.StartAsync(Data))
        {
        }

        var backup = Path.Combine(_data.Folder, "copy");
        await RunAsync(0, "backup", "--data", Data, "--to", backup);
        await File.AppendAllTextAsync(Path.Combine(backup, "secrets.key"), "x", Cancellation);

        var restored = Path.Combine(_data.Folder, "restored");
        Assert.Contains("secrets.key is not what was backed up", await RunAsync(1, "restore", "--data", restored, "--from", backup), StringComparison.Ordinal);
        Assert.False(Directory.Exists(restored));
    }

    [Fact]
    public async Task The_doctor_finds_a_sound_server_sound_and_says_what_is_wrong_with_another()
    {
        await using var server = await SupervisedServer.StartAsync(Data);
        var sound = await RunAsync(0, "doctor", "--data", Data);
        Assert.Contains($"process {server.Process.Id} serves", sound, StringComparison.Ordinal);
        Assert.Contains("catalog.db is sound", sound, StringComparison.Ordinal);
        Assert.Contains("is its owner's alone", sound, StringComparison.Ordinal);

        var other = Path.Combine(_data.Folder, "other");
        Directory.CreateDirectory(other);
        await File.WriteAllTextAsync(Path.Combine(other, "secrets.key"), "no key", Cancellation);
        await File.WriteAllTextAsync(Path.Combine(other, "catalog.db"), new string('x', 4096), Cancellation);
        var wrong = await RunAsync(1, "doctor", "--data", other, "--port", $"{server.Process.Port}", "--control-port", "0");
        Assert.Contains($"127.0.0.1:{server.Process.Port} is in use", wrong, StringComparison.Ordinal);
        Assert.Contains("fail  the key of the secrets cannot be read", wrong, StringComparison.Ordinal);
        Assert.Contains("fail  catalog.db cannot be read", wrong, StringComparison.Ordinal);
        Assert.Contains("other users can get at", wrong, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mistake_in_the_configuration_is_shown_where_it_is()
    {
        var file = _data.Write("skep.json", "{\n  \"data\": \"data\",\n  \"procesess\": 2\n}");
        var output = await RunAsync(1, "serve", "--config", file);
        Assert.Contains("skep.json:3:3", output, StringComparison.Ordinal);
        Assert.Contains("Did you mean \"processes\"?", output, StringComparison.Ordinal);
    }

    private static async Task<string> RunAsync(int exitCode, params IEnumerable<string> arguments)
    {
        var (code, output) = await ServerProcess.Run(Cancellation, arguments);
        Assert.True(code == exitCode, $"exit code {code}:\n{output}");
        return output;
    }
}
