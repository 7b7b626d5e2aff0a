using System.IO.Pipelines;

namespace Skep.Supervision.Peers;

/// <summary>How a request's body comes.</summary>
internal enum BodyForm : byte
{
    /// <summary>There is none.</summary>
    None,

    /// <summary>In the frame.</summary>
    Inline,

    /// <summary>As a stream with a number.</summary>
    Stream,
}

/// <summary>The head of an answer.</summary>
/// <param name="Status">Its status.</param>
/// <param name="Reason">The reason phrase, when one was given.</param>
/// <param name="Headers">name, value, name, value…</param>
/// <param name="Length">The body's length, when it is known.</param>
/// <param name="Body">The body; of a WebSocket what comes over it.</param>
/// <param name="Writing">Of a WebSocket: what goes the other way.</param>
internal sealed record FetchHead(int Status, string? Reason, List<string> Headers, long? Length, Stream? Body, PipeWriter? Writing)
{
    public static FetchHead Read(ref PayloadReader from, PeerConnection peer)
    {
        var (status, reason, headers, length) = (from.Number(), from.OptionalText(), from.Texts(), from.OptionalLong());
        var body = from.Flag() ? InboundStream.Accept(peer, from.Id(), grant: false).Body : null;
        var writing = from.Flag() ? PeerPipeWriter.Accept(peer, from.Id()) : null;
        return new(status, reason, headers, length, body, writing);
    }

    public static void Write(PayloadWriter to, int status, string? reason, IReadOnlyList<string> headers, long? length, uint? body, uint? writing)
    {
        to.Number(status).Text(reason).Texts(headers).Long(length);
        WriteId(to, body);
        WriteId(to, writing);
    }

    private static void WriteId(PayloadWriter to, uint? id)
    {
        to.Flag(id is not null);
        if (id is { } known) to.Number(known);
    }
}
