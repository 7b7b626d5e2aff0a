using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Runtime.Isolates;
using Skep.V8;

namespace Skep.Runtime.Fetch;

/// <summary>Ops of the worker's own <c>fetch()</c>.</summary>
internal static unsafe class SubrequestOps
{
    public static void Register(OpTable ops)
    {
        ops.Add("subrequest", &Send);
        ops.Add("subrequest_abort", &Abort);
    }

    private static void Send(in OpCall call)
    {
        var isolate = call.State<WorkerIsolate>();
        var invocation = isolate.RequireInvocation();
        var limit = isolate.Worker.Version.Limits.Subrequests;
        invocation.CountSubrequest();
        var kind = (BodyKind)call[4].Int32;
        var body = call[5];
        IReadOnlyList<string> headers = call[3].ToStringArray();
        var handshake = ClientHandshake.Begin(call[1].ToString(), ref headers);
        ReadOnlyMemory<byte> bytes = default;
        Stream? stream = null;
        long? length = null;
        switch (kind)
        {
            case BodyKind.Text:
                bytes = Encoding.UTF8.GetBytes(body.ToString());
                break;
            case BodyKind.Bytes:
                bytes = body.Bytes.ToArray();
                break;
            case BodyKind.HostBody:
                var source = isolate.TakeBody(body.Int32);
                stream = source.Stream;
                length = source.Length;
                break;
            case BodyKind.Sink:
                Pipe pipe = new();
                isolate.FindSink(body.Int32).Attach(pipe.Writer, failure => pipe.Writer.Complete(failure is null ? null : new SubrequestException(failure)));
                stream = pipe.Reader.AsStream();
                length = FixedLength(headers);
                break;
        }

        Subrequest request = new()
        {
            Method = call[1].ToString(),
            Url = call[2].ToString(),
            Headers = headers,
            HasBody = kind != BodyKind.None,
            BodyBytes = bytes,
            BodyStream = stream,
            BodyLength = length,
            Redirect = (RedirectMode)call[6].Int32,
            MaxRequests = Math.Min(21, limit - invocation.Subrequests + 1),
            Upgrade = handshake is null ? null : ClientHandshake.Protocol,
            Cf = call[7].Kind == JsKind.String ? call[7].ToString() : null,
        };
        new SubrequestOp(request, call[0].Int32, handshake).Start(in call);
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

    private static void Abort(in OpCall call)
    {
        if (call.State<WorkerIsolate>().SubrequestTokens.TryGetValue(call[0].Int32, out var op)) op.Abort();
    }
}
