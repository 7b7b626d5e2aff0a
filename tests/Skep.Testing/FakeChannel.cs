using System.Collections.Concurrent;
using System.Text;
using Skep.Abstractions.Channels;

namespace Skep.Testing;

/// <summary>The internet, as a function.</summary>
public sealed class FakeChannel(Func<Subrequest, CancellationToken, Task<FakeResponse>>? answer = null) : ISubrequestChannel
{
    private int _waiting;
    private int _most;

    /// <summary>Answers <c>connect()</c>.</summary>
    public Func<string, int, bool, CancellationToken, Task<SocketConnection>>? Sockets { get; init; }

    public async ValueTask<SocketConnection> ConnectAsync(string host, int port, bool secure, CancellationToken cancellation) =>
        Sockets is null ? throw new SubrequestException($"Nothing listens on {host}:{port}.") : await Sockets(host, port, secure, cancellation);

    /// <summary>What was sent.</summary>
    public ConcurrentQueue<Subrequest> Sent { get; } = new();

    /// <summary>The most requests that waited for their response at the same time.</summary>
    public int MostWaiting => _most;

    public async ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        Sent.Enqueue(request);
        var now = Interlocked.Increment(ref _waiting);
        for (var most = _most; now > most; most = _most)
        {
            if (Interlocked.CompareExchange(ref _most, now, most) == most) break;
        }

        try
        {
            if (answer is null) throw new SubrequestException($"Nothing answers {request.Url}.");
            return await answer(request, cancellation);
        }
        finally
        {
            Interlocked.Decrement(ref _waiting);
        }
    }
}

/// <summary>An answer of the <see cref="FakeChannel"/>.</summary>
public sealed class FakeResponse(Stream? body, long? length = null, int status = 200, params string[] headers) : SubrequestResponse
{
    private int _disposed;

    public FakeResponse(string text, int status = 200, params string[] headers)
        : this(new MemoryStream(Encoding.UTF8.GetBytes(text)), Encoding.UTF8.GetByteCount(text), status, headers)
    {
    }

    public override int Status => status;

    public override string StatusText => "OK";

    public override string Url => FinalUrl;

    public string FinalUrl { get; init; } = "http://origin/";

    public override int RequestsSent => Requests;

    public int Requests { get; init; } = 1;

    public bool IsDisposed => _disposed > 0;

    public override Stream? Body => body;

    public override long? BodyLength => length;

    public override void CopyHeaders(List<string> flat) => flat.AddRange(headers);

    public override ValueTask DisposeAsync()
    {
        Interlocked.Increment(ref _disposed);
        return body?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
