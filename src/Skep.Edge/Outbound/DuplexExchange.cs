using System.IO.Pipelines;
using System.Net.Http.Headers;
using System.Text;

namespace Skep.Edge.Outbound;

/// <summary>One request and its response on a connection of their own, in both directions at once.</summary>
internal sealed class DuplexExchange : IAsyncDisposable
{
    private const int BufferSize = 16 << 10;

    private readonly Stream _connection;
    private readonly PipeReader _reader;
    private readonly int _maxHeadBytes;
    private readonly CancellationTokenSource _ending = new();
    private Task _sending = Task.CompletedTask;
    private Exception? _sourceFailure;
    private int _disposed;

    public DuplexExchange(Stream connection, int maxHeadBytes)
    {
        _connection = connection;
        _maxHeadBytes = maxHeadBytes;
        _reader = PipeReader.Create(connection, new StreamPipeReaderOptions(bufferSize: BufferSize));
    }

    /// <summary>Sends the head, starts to send the body, and returns with the response's head. The response owns the exchange.</summary>
    public async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, RequestContent content, CancellationToken cancellation)
    {
        // Reads and writes of a broken-off exchange end with its connection.
        await using CancellationTokenRegistration aborting = cancellation.UnsafeRegister(static self => ((DuplexExchange)self!).Abort(), this);
        try
        {
            await _connection.WriteAsync(Head(request, content), cancellation);
            _sending = SendBodyAsync(content);
            return await ResponseHead.ReadAsync(_reader, _maxHeadBytes, request, this);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            if (_sourceFailure is { } cause)
                throw cause;
            throw;
        }
    }

    /// <summary>Called by the response's body when it cannot be read: a broken upload is the better explanation.</summary>
    public void ThrowIfSourceFailed()
    {
        if (Volatile.Read(ref _sourceFailure) is { } cause)
            throw cause;
    }

    /// <summary>Ends the exchange in whatever state it is; an upload that is not complete is broken off.</summary>
    public async ValueTask DisposeAsync()
    {
        Abort();
        await _sending;
    }

    /// <summary>Closes the connection without waiting for anything.</summary>
    public void Abort()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        _ending.Cancel();
        _connection.Dispose();
    }

    // https://www.rfc-editor.org/rfc/rfc9112#section-3
    private static byte[] Head(HttpRequestMessage request, RequestContent content)
    {
        Uri url = request.RequestUri!;
        var head = new StringBuilder(512);
        head.Append(request.Method.Method).Append(' ').Append(url.PathAndQuery).Append(" HTTP/1.1\r\nHost: ").Append(url.Authority).Append("\r\n");
        Append(head, request.Headers.NonValidated);
        Append(head, content.Headers.NonValidated);
        if (content.KnownLength is { } length)
            head.Append("Content-Length: ").Append(length).Append("\r\n");
        else
            head.Append("Transfer-Encoding: chunked\r\n");
        return Encoding.UTF8.GetBytes(head.Append("\r\n").ToString());
    }

    private static void Append(StringBuilder head, HttpHeadersNonValidated headers)
    {
        foreach ((string name, HeaderStringValues values) in headers)
        {
            if (name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase))
                continue;
            foreach (string value in values)
                head.Append(name).Append(": ").Append(value).Append("\r\n");
        }
    }

    // Never fails: a source that breaks ends the connection, so that the origin does not take the part for the whole; an origin
    // that stops reading may still be answering, and what it says (413, say) is read.
    private async Task SendBodyAsync(RequestContent content)
    {
        await Task.Yield();
        var body = new RequestBodyWriter(_connection, content.KnownLength);
        try
        {
            await content.WriteToAsync(body, _ending.Token);
            await body.CompleteAsync(_ending.Token);
        }
        catch (Exception) when (body.ConnectionFailed || _ending.IsCancellationRequested)
        {
            // The response tells, or nobody asks any more.
        }
        catch (Exception failure)
        {
            Volatile.Write(ref _sourceFailure, failure);
            Abort();
        }
        finally
        {
            await content.ReleaseAsync();
        }
    }
}
