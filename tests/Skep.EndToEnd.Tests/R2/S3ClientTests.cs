using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Skep.EndToEnd.Tests.R2;

/// <summary>AWS' own S3 client for JavaScript against a real <c>skep serve</c>; and whoever has a presigned URL.</summary>
public sealed partial class S3ClientTests : IDisposable
{
    private readonly TemporaryProject _data = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task A_real_client_uses_buckets()
    {
        var folder = Path.Combine(_data.Folder, "data");
        await using var server = await ServerProcess.Serve(folder, Cancellation);
        var (made, printed) = await ServerProcess.Run(Cancellation, "token", "create", "--name", "s3", "--data", folder);
        Assert.True(made == 0, printed);

        ProcessStartInfo start = new(Repository.Node, [Path.Combine(Repository.Root, "artifacts", "s3", "checks.mjs")]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (Match key in Keys().Matches(printed)) start.Environment[key.Groups["name"].Value] = key.Groups["value"].Value;
        start.Environment["S3_ENDPOINT"] = Api().Match(server.Output).Groups["origin"].Value;
        using var client = Process.Start(start)!;
        var said = client.StandardOutput.ReadToEndAsync(Cancellation);
        var complained = client.StandardError.ReadToEndAsync(Cancellation);
        await client.WaitForExitAsync(Cancellation);
        Assert.True(client.ExitCode == 0, await said + await complained);
        Assert.EndsWith("all checks passed", (await said).Trim(), StringComparison.Ordinal);
    }

    [GeneratedRegex(@"(?<name>AWS_\w+)=(?<value>\S+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Keys();

    [GeneratedRegex(@"CLOUDFLARE_API_BASE_URL=(?<origin>\S+)/client/v4", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Api();
}
