using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Threading.Channels;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;

namespace Skep.Edge.Observability;

/// <summary>Writes a line of JSON for a request: for every one that failed, and for a share of the others. The thread that ends a
/// request only queues it; when the output is slower than the requests, lines are dropped and counted in a line of their own.</summary>
public sealed class JsonRequestLog : IRequestLog, IAsyncDisposable
{
    private const int Capacity = 16_384;
    private const int WriteSize = 64 << 10;
    private const int FirstServerError = 500;

    private const string RayHeader = "cf-ray";
    private const string ClientHeader = "cf-connecting-ip";

    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Channel<Line> _entries =
        Channel.CreateBounded<Line>(new BoundedChannelOptions(Capacity) { SingleReader = true });

    private readonly Stream _output;
    private readonly double _share;
    private readonly TimeProvider _time;
    private readonly Action<Exception> _onFailure;
    private readonly Task _writing;
    private long _lost;

    /// <param name="output">Where lines go; disposed of with the log.</param>
    /// <param name="share">Of the requests that went well: 0 for none, 1 for all.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onFailure">Hears that the output failed; nothing is written from then on.</param>
    public JsonRequestLog(Stream output, double share, TimeProvider time, Action<Exception> onFailure)
    {
        (_output, _share, _time, _onFailure) = (output, share, time, onFailure);
        _writing = Task.Run(WriteAsync);
    }

    /// <inheritdoc/>
    public void Completed(in RequestLogEntry entry)
    {
        var failed = entry.Status >= FirstServerError || entry.Outcome is not (null or InvocationOutcome.Ok);
        if (!failed && (_share <= 0 || (_share < 1 && Random.Shared.NextDouble() >= _share))) return;
        var line = new Line(entry with { Request = null }, entry.Request?.GetHeader(RayHeader), entry.Request?.GetHeader(ClientHeader), _time.GetUtcNow());
        if (!_entries.Writer.TryWrite(line)) Interlocked.Increment(ref _lost);
    }

    /// <summary>Writes what is queued.</summary>
    public async ValueTask DisposeAsync()
    {
        _entries.Writer.TryComplete();
        await _writing;
        await _output.DisposeAsync();
    }

    private async Task WriteAsync()
    {
        try
        {
            var buffer = new ArrayBufferWriter<byte>(WriteSize);
            using var json = new Utf8JsonWriter(buffer, Options);
            while (await _entries.Reader.WaitToReadAsync())
            {
                while (buffer.WrittenCount < WriteSize && _entries.Reader.TryRead(out var line)) WriteLine(json, buffer, line);
                if (Interlocked.Exchange(ref _lost, 0) is > 0 and var lost) WriteLoss(json, buffer, lost);
                await _output.WriteAsync(buffer.WrittenMemory);
                await _output.FlushAsync();
                buffer.ResetWrittenCount();
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            _entries.Writer.TryComplete();
            _onFailure(failure);
        }
    }

    private static void WriteLine(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer, in Line line)
    {
        var (entry, ray, client, time) = line;
        json.WriteStartObject();
        json.WriteString("time", time.UtcDateTime.ToString("O", CultureInfo.InvariantCulture));
        json.WriteString("ray", ray);
        json.WriteString("client", client);
        json.WriteString("method", entry.Method);
        json.WriteString("host", entry.Host);
        json.WriteString("path", TraceRedaction.Url(entry.Path));
        json.WriteNumber("status", entry.Status);
        if (entry.Worker is { } version)
        {
            json.WriteString("worker", version.Name);
            json.WriteString("version", version.Id);
        }

        if (entry.Outcome is { } outcome) json.WriteString("outcome", OutcomeNames.Of(outcome));
        json.WriteNumber("cpu_ms", Math.Round(entry.Cpu.TotalMilliseconds, 3));
        json.WriteNumber("wall_ms", Math.Round(entry.Wall.TotalMilliseconds, 3));
        if (entry.Error is { } error) json.WriteString("error", error.Message);
        EndLine(json, buffer);
    }

    private static void WriteLoss(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer, long lost)
    {
        json.WriteStartObject();
        json.WriteNumber("lost", lost);
        EndLine(json, buffer);
    }

    private static void EndLine(Utf8JsonWriter json, ArrayBufferWriter<byte> buffer)
    {
        json.WriteEndObject();
        json.Flush();
        json.Reset();
        buffer.Write("\n"u8);
    }

    private readonly record struct Line(RequestLogEntry Entry, string? Ray, string? Client, DateTimeOffset Time);
}
