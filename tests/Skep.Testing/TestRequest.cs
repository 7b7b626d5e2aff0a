using System.Diagnostics;
using System.IO.Pipelines;
using System.Text;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;

namespace Skep.Testing;

/// <summary>A request as a client would send it, and what comes back.</summary>
public sealed class TestRequest : FetchEvent
{
    private readonly CancellationTokenSource _aborted = new();
    private readonly TaskCompletionSource<TestResponse> _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<string> _responseHeaders = [];
    private readonly CountingWriter _writer;
    private readonly Pipe _pipe;
    private readonly Task<byte[]>? _collecting;
    private int _ends;
    private int _status;
    private string? _reason;
    private long? _contentLength;

    /// <param name="client">Reads the response; null for one that reads all of it at once.</param>
    public TestRequest(string url = "/", string method = "GET", SlowClient? client = null)
    {
        Url = url.StartsWith('/') ? "http://example.com" + url : url;
        Method = method;
        _pipe = client is null ? new Pipe(new PipeOptions(pauseWriterThreshold: 0)) : new Pipe(new PipeOptions(pauseWriterThreshold: client.Window, resumeWriterThreshold: client.Window / 2));
        _writer = new CountingWriter(_pipe.Writer);
        if (client is null) _collecting = CollectAsync(_pipe.Reader);
        else client.Reader = _pipe.Reader;
    }

    public override string Method { get; }

    public override string Url { get; }

    public override string? Entrypoint => EntrypointName;

    public string? EntrypointName { get; init; }

    /// <summary>name, value, name, value…</summary>
    public List<string> Headers { get; init; } = [];

    public override Stream? Body => BodyStream;

    public Stream? BodyStream { get; init; }

    public string? BodyText { init => (BodyStream, KnownLength) = (new MemoryStream(Encoding.UTF8.GetBytes(value!)), Encoding.UTF8.GetByteCount(value!)); }

    public override long? BodyLength => KnownLength;

    public long? KnownLength { get; init; }

    public override string? Cf => CfJson;

    public string? CfJson { get; init; }

    public override CancellationToken Aborted => _aborted.Token;

    public override PipeWriter ResponseBody => _writer;

    public override bool HasStarted => _writer.HasFlushed;

    /// <summary>Gives the server's end of the connection, for a request that asks for a WebSocket.</summary>
    public Func<Stream>? WebSocketConnection { get; init; }

    public CancellationToken ServerGoesDown { get; init; }

    public override bool WantsWebSocket => WebSocketConnection is not null;

    public override CancellationToken GoingDown => ServerGoesDown;

    public override ValueTask<Stream?> AcceptWebSocketAsync() => new(WebSocketConnection!());

    /// <summary>What came of it; completes when the event has ended.</summary>
    public Task<TestResponse> Response => _ended.Task;

    /// <summary>How many bytes of the body were sent at a time, without what went with its end.</summary>
    public IReadOnlyList<int> Flushes => _writer.Flushes;

    /// <summary>How often the event was ended: more than once is a fault of the runtime's.</summary>
    public int Ends => Volatile.Read(ref _ends);

    /// <summary>The client goes away.</summary>
    public void Abort() => _aborted.Cancel();

    /// <summary>Called when the worker looks at the headers: a test can hold the worker's turn there.</summary>
    public Action? HeadersAsked { get; init; }

    public override void CopyHeaders(List<string> flat)
    {
        HeadersAsked?.Invoke();
        flat.AddRange(Headers);
    }

    public override string? GetHeader(string name)
    {
        HeadersAsked?.Invoke();
        List<string> values = [];
        for (var i = 0; i + 1 < Headers.Count; i += 2)
        {
            if (Headers[i] == name) values.Add(Headers[i + 1]);
        }

        return values.Count == 0 ? null : string.Join(", ", values);
    }

    public override void SetStatus(int status, string? reason) => (_status, _reason) = (status, reason);

    public override void AddHeader(string name, string value)
    {
        _responseHeaders.Add(name);
        _responseHeaders.Add(value);
    }

    public override void SetContentLength(long length) => _contentLength = length;

    public override void Complete(in InvocationSummary summary) => End(summary, null, false);

    public override void Fail(WorkerError error, bool passThrough, in InvocationSummary summary) => End(summary, error, passThrough);

    private void End(InvocationSummary summary, WorkerError? error, bool passThrough)
    {
        if (Interlocked.Increment(ref _ends) > 1) throw new UnreachableException("The event was ended twice.");
        _writer.Complete();
        _ = EndAsync(summary, error, passThrough);
    }

    private async Task EndAsync(InvocationSummary summary, WorkerError? error, bool passThrough)
    {
        var body = _collecting is null ? [] : await _collecting;
        _ended.SetResult(new TestResponse(_status, _reason, _responseHeaders, _contentLength, body, summary, error, passThrough));
    }

    private static async Task<byte[]> CollectAsync(PipeReader reader)
    {
        using MemoryStream all = new();
        await reader.CopyToAsync(all);
        return all.ToArray();
    }

    /// <summary>Remembers what was sent at a time.</summary>
    private sealed class CountingWriter(PipeWriter inner) : PipeWriter
    {
        private readonly List<int> _flushes = [];
        private int _unflushed;

        public bool HasFlushed => _flushes.Count > 0;

        public IReadOnlyList<int> Flushes => _flushes;

        public override void Advance(int bytes)
        {
            _unflushed += bytes;
            inner.Advance(bytes);
        }

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            _flushes.Add(_unflushed);
            _unflushed = 0;
            return inner.FlushAsync(cancellationToken);
        }
    }
}
