using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Objects;

namespace Skep.Abstractions.Events;

/// <summary>One inbound HTTP request and the way to answer it, as the runtime sees them. The edge derives from it over its
/// HTTP server. Members are called by one thread at a time; nothing may be called after <see cref="Complete"/> or
/// <see cref="Fail"/>.</summary>
public abstract class FetchEvent
{
    /// <summary>The method, upper case for the standard ones.</summary>
    public abstract string Method { get; }

    /// <summary>The absolute URL as the client asked for it, ASCII.</summary>
    public abstract string Url { get; }

    /// <summary>The named entrypoint that handles it, or null for the default export.</summary>
    public virtual string? Entrypoint => null;

    /// <summary>The Durable Object that it is for; null when it is for the worker itself.</summary>
    public virtual ObjectAddress? Object => null;

    /// <summary>How many workers have handed it on: 0 for a client's.</summary>
    public virtual int Depth => 0;

    /// <summary>What the caller's binding says of the caller; null for a client's.</summary>
    public virtual CallerProps? Props => null;

    /// <summary>What the caller decides about the invocation; null for a client's.</summary>
    public virtual InvocationTerms? Terms => null;

    /// <summary>The span of this event; the default when it has none.</summary>
    public virtual ActivityContext Span => default;

    /// <summary>The request headers as name, value, name, value…, names in lower case; repeated headers are repeated.</summary>
    public abstract void CopyHeaders(List<string> flat);

    /// <summary>One header's value, several joined by ", ", or null. <paramref name="name"/> is lower case.</summary>
    public abstract string? GetHeader(string name);

    /// <summary>The request body, or null when the request has none.</summary>
    public abstract Stream? Body { get; }

    /// <summary>The body's length in bytes when the client announced it.</summary>
    public abstract long? BodyLength { get; }

    /// <summary><c>request.cf</c> as JSON, or null.</summary>
    public abstract string? Cf { get; }

    /// <summary>Signals that the client is gone.</summary>
    public abstract CancellationToken Aborted { get; }

    /// <summary>True when the client asks for a WebSocket (https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1).</summary>
    public virtual bool WantsWebSocket => false;

    /// <summary>Answers 101 with the headers added so far, instead of a body. The result is the connection, both ways, from the
    /// first byte after the head; disposing of it cuts it, <see cref="Complete"/> closes it in order. Null when the client's
    /// handshake is malformed: then the response says so and is complete.</summary>
    /// <exception cref="IOException">The client is gone.</exception>
    public virtual ValueTask<Stream?> AcceptWebSocketAsync() => throw new NotSupportedException("This event cannot be answered with a WebSocket.");

    /// <summary>Signals that the server goes down: what has no end of its own should end.</summary>
    public virtual CancellationToken GoingDown => default;

    /// <summary>Sets status and, when given, the reason phrase. Called once, first.</summary>
    public abstract void SetStatus(int status, string? reason);

    /// <summary>Adds a response header; called between <see cref="SetStatus"/> and the first use of <see cref="ResponseBody"/>.
    /// Hop-by-hop headers are the server's own business and are ignored.</summary>
    public abstract void AddHeader(string name, string value);

    /// <summary>Announces the response body's length when it is known before it is written.</summary>
    public abstract void SetContentLength(long length);

    /// <summary>Where the response body goes. The head is sent with the first flush.</summary>
    public abstract PipeWriter ResponseBody { get; }

    /// <summary>Passes on a response body whose length was announced, without its bytes coming into this process; false, with nothing done,
    /// where the server cannot.</summary>
    /// <param name="body">The body.</param>
    /// <param name="relaying">Ends when all of it has been sent, or the client is gone.</param>
    public virtual bool TryRelay(Stream body, [NotNullWhen(true)] out Task? relaying)
    {
        relaying = null;
        return false;
    }

    /// <summary>True once the head may be on the wire, so that a failure can only cut the connection.</summary>
    public abstract bool HasStarted { get; }

    /// <summary>The response is complete; the event ends.</summary>
    public abstract void Complete(in InvocationSummary summary);

    /// <summary>There is no response, or not the rest of it; the event ends. The edge answers with the error page of
    /// <paramref name="error"/>, or cuts the connection when the head has been sent, or goes to the origin when
    /// <paramref name="passThrough"/> was asked for by <c>passThroughOnException</c>.</summary>
    public abstract void Fail(WorkerError error, bool passThrough, in InvocationSummary summary);
}
