namespace Skep.EndToEnd.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData(0, "Usage: skep <command>", "--help")]
    [InlineData(0, "--port", "dev", "--help")]
    [InlineData(0, "V8 1", "--version")]
    [InlineData(2, "Did you mean \"dev\"?", "dve")]
    [InlineData(2, "Unknown option --prot. Did you mean --port?", "dev", "--prot", "1")]
    [InlineData(2, "--port must be a port", "dev", "--port", "x")]
    [InlineData(2, "--var must be KEY:VALUE", "dev", "--var", "x")]
    [InlineData(2, "--workers: there is no folder /nowhere", "serve", "--workers", "/nowhere")]
    [InlineData(2, "skep token create|list|revoke", "token")]
    [InlineData(2, "`skep serve` makes it", "token", "list", "--data", "/nowhere")]
    [InlineData(1, "There is no file or folder /nowhere", "dev", "/nowhere")]
    public async Task The_command_line_explains_itself(int exitCode, string text, params string[] arguments)
    {
        var (code, output) = await ServerProcess.Run(TestContext.Current.CancellationToken, arguments);
        Assert.Contains(text, output, StringComparison.Ordinal);
        Assert.Equal(exitCode, code);
    }
}
