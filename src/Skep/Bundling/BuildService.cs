using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Skep.Configuration;
using Skep.Diagnostics;

namespace Skep.Bundling;

/// <summary>The child process that runs esbuild; see build-service/main.mjs. It starts with the first request, or earlier with
/// <see cref="Warm"/>, and ends with this process, whose end closes its standard input.</summary>
internal sealed class BuildService(Toolchain toolchain) : ITomlParser, IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<JsonElement>> _pending = new();
    private readonly SemaphoreSlim _writing = new(1);
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private long _lastId;
    private bool _disposed;

    /// <summary>Starts the process without waiting for it.</summary>
    public void Warm() => _ = Running();

    /// <summary>Builds the project; <paramref name="key"/> names what the service may keep for the next build of it.</summary>
    public Task<BuildOutput> BuildAsync(string key, BuildOptions options, CancellationToken cancellation) =>
        AskAsync(new ServiceRequest(NextId(), "build", key, options), BuildServiceJson.Default.BuildOutput, cancellation);

    /// <summary>Drops what is kept for a project.</summary>
    public async Task ForgetAsync(string key)
    {
        if (_process is not null && !_disposed) await ExchangeAsync(new ServiceRequest(NextId(), "forget", key), CancellationToken.None);
    }

    /// <inheritdoc/>
    public async Task<ReadOnlyMemory<byte>> ToJsonAsync(string file, string text, CancellationToken cancellation)
    {
        var output = await AskAsync(
            new ServiceRequest(NextId(), "toml", Text: text), BuildServiceJson.Default.TomlOutput, cancellation);
        if (output.SyntaxError is { } error)
        {
            throw new DiagnosticException(Diagnostic.Error(
                $"This is not valid TOML: {error.Message}", new SourcePosition(file, error.Line, error.Column)));
        }

        return Encoding.UTF8.GetBytes(output.Value!.Value.GetRawText());
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        Process? process;
        lock (_gate)
        {
            if (_disposed) return;
            _disposed = true;
            process = _process;
        }

        if (process is not null)
        {
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            await _reading;
            process.Dispose();
        }

        _writing.Dispose();
    }

    private long NextId() => Interlocked.Increment(ref _lastId);

    private async Task<T> AskAsync<T>(ServiceRequest request, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        (await ExchangeAsync(request, cancellation)).Deserialize(type)
        ?? throw new InvalidDataException($"The build service answered nothing to \"{request.Op}\".");

    private async Task<JsonElement> ExchangeAsync(ServiceRequest request, CancellationToken cancellation)
    {
        var reply = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        var line = JsonSerializer.Serialize(request, BuildServiceJson.Default.ServiceRequest);
        await _writing.WaitAsync(cancellation);
        try
        {
            var process = Running();
            _pending[request.Id] = reply;
            await process.StandardInput.WriteLineAsync(line);
            await process.StandardInput.FlushAsync(cancellation);
        }
        finally
        {
            _writing.Release();
        }

        return await reply.Task.WaitAsync(cancellation);
    }

    private Process Running()
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (_process is { HasExited: false }) return _process;
            _process?.Dispose();
            var start = new ProcessStartInfo(toolchain.Node, [toolchain.BuildService])
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
                StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
                StandardOutputEncoding = Encoding.UTF8,
            };
            // The engine's own start puts options into the environment that are not meant for other node processes.
            start.Environment.Remove("NODE_OPTIONS");
            var process = Process.Start(start) ?? throw new InvalidOperationException($"{toolchain.Node} did not start.");
            _reading = ReadRepliesAsync(process);
            return _process = process;
        }
    }

    private async Task ReadRepliesAsync(Process process)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            var reply = JsonSerializer.Deserialize(line, BuildServiceJson.Default.ServiceReply)!;
            if (!_pending.TryRemove(reply.Id, out var waiting)) continue;
            if (reply.Ok) waiting.SetResult(reply.Result);
            else waiting.SetException(new InvalidOperationException($"The build service failed: {reply.Error}"));
        }

        foreach (var (id, waiting) in _pending)
        {
            if (_pending.TryRemove(id, out _)) waiting.TrySetException(new IOException("The build service ended."));
        }
    }
}
