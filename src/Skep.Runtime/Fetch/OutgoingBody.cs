using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>A body that JavaScript hands to an op: its kind and what it is by kind (<c>js/fetch/outgoing-body.ts</c>).</summary>
/// <param name="HasBody">False for none at all.</param>
/// <param name="Bytes">The bytes when they are all there.</param>
/// <param name="Stream">The body when it is read or produced meanwhile.</param>
/// <param name="Length">The length of the stream, when it is known.</param>
internal readonly record struct OutgoingBody(bool HasBody, ReadOnlyMemory<byte> Bytes, Stream? Stream, long? Length)
{
    /// <summary>Reads the two arguments from <paramref name="at"/> on. The headers are those that go with the body.</summary>
    public static OutgoingBody Read(in OpCall call, int at, IReadOnlyList<string> headers)
    {
        var isolate = call.State<WorkerIsolate>();
        var body = call[at + 1];
        switch ((BodyKind)call[at].Int32)
        {
            case BodyKind.Text:
                return new OutgoingBody(true, Encoding.UTF8.GetBytes(body.ToString()), null, null);
            case BodyKind.Bytes:
                return new OutgoingBody(true, body.Bytes.ToArray(), null, null);
            case BodyKind.HostBody:
                var source = isolate.TakeBody(body.Int32);
                return new OutgoingBody(true, default, source.Stream, source.Length);
            case BodyKind.Sink:
                Pipe pipe = new();
                isolate.FindSink(body.Int32).Attach(pipe.Writer, failure => pipe.Writer.Complete(failure is null ? null : new SubrequestException(failure)));
                return new OutgoingBody(true, default, pipe.Reader.AsStream(), FixedLength(headers));
            default:
                return default;
        }
    }

    // Only a stream whose length is held to, a FixedLengthStream, comes with a Content-Length: see js/fetch/outgoing-body.ts.
    private static long? FixedLength(IReadOnlyList<string> headers)
    {
        for (var i = 0; i + 1 < headers.Count; i += 2)
        {
            if (headers[i] == "content-length") return long.Parse(headers[i + 1], CultureInfo.InvariantCulture);
        }

        return null;
    }
}
