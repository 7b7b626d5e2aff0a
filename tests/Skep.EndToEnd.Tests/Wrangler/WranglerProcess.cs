using System.Diagnostics;
using System.Text;

namespace Skep.EndToEnd.Tests.Wrangler;

/// <summary>A wrangler that goes on by itself, such as <c>wrangler tail</c>.</summary>
internal sealed class WranglerProcess : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process _process;
    private readonly StringBuilder _output = new();

    public WranglerProcess(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Append(line.Data);
        process.ErrorDataReceived += (_, line) => Append(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>What it has printed so far.</summary>
    public string Output
    {
        get
        {
            lock (_output) return _output.ToString();
        }
    }

    /// <summary>Waits until it has printed <paramref name="text"/>; does <paramref name="meanwhile"/> again and again.</summary>
    public async Task PrintedAsync(string text, Func<Task>? meanwhile = null)
    {
        var started = Stopwatch.StartNew();
        while (!Output.Contains(text, StringComparison.Ordinal))
        {
            Assert.False(_process.HasExited, $"wrangler ended before it printed \"{text}\":\n{Output}");
            Assert.True(started.Elapsed < Patience, $"wrangler did not print \"{text}\":\n{Output}");
            if (meanwhile is not null) await meanwhile();
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }
    }

    public void Dispose()
    {
        _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_output) _output.AppendLine(line);
    }
}
