using System.IO.Pipelines;
using System.Runtime.InteropServices;
using Skep.Abstractions.Channels;
using Skep.Abstractions.Rpc;
using Skep.Runtime.Fetch;
using Skep.Runtime.Isolates;
using Skep.Runtime.Services;
using Skep.V8;

namespace Skep.Runtime.Rpc;

/// <summary>Messages between JavaScript's form (bytes, and three integers for each attachment: kind, number, length) and the
/// host's.</summary>
internal static class RpcMessages
{
    /// <summary>https://developers.cloudflare.com/workers/runtime-apis/rpc/#limitations</summary>
    private const int MostBytes = 32 << 20;

    private const int Fields = 3;

    /// <summary>The numbers are those of <c>js/rpc/attachments.ts</c>.</summary>
    private enum Kind
    {
        Export,
        Import,
        Readable,
        Produced,
        Writable,
        Service,
    }

    /// <summary>Takes a message from an op's two arguments; null when the first is undefined.</summary>
    public static RpcMessage? Read(RpcSession session, JsValue bytes, JsValue attachments)
    {
        if (bytes.Kind != JsKind.Bytes) return null;
        if (bytes.Length > MostBytes)
        {
            throw JsException.Plain($"Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: {bytes.Length} bytes.");
        }

        var table = MemoryMarshal.Cast<byte, int>(attachments.Bytes);
        if (table.Length == 0) return new RpcMessage(bytes.Bytes.ToArray(), []);
        var items = new List<RpcAttachment>(table.Length / Fields);
        try
        {
            for (var i = 0; i + Fields <= table.Length; i += Fields) items.Add(Take(session, (Kind)table[i], table[i + 1]));
        }
        catch (JsException)
        {
            foreach (var each in items) each.Release();
            throw;
        }

        return new RpcMessage(bytes.Bytes.ToArray(), items);
    }

    /// <summary>Gives JavaScript the message: its bytes and, with their new numbers, its attachments (undefined when there are none).</summary>
    /// <exception cref="JsException">There is no room for it; it was let go.</exception>
    public static (JsArgument Bytes, JsArgument Attachments) Give(RpcSession session, RpcMessage message)
    {
        JsLocal bytes;
        try
        {
            bytes = session.Isolate.Engine.NewBytes(message.Bytes.Length, out var memory);
            message.Bytes.Span.CopyTo(memory);
        }
        catch (JsException)
        {
            message.Release();
            throw;
        }

        return (bytes, message.Attachments.Count == 0 ? JsArgument.Undefined : Import(session, message.Attachments));
    }

    public static JsLocal NewPath(WorkerIsolate isolate, IReadOnlyList<string> path)
    {
        Span<JsArgument> names = new JsArgument[path.Count];
        for (var i = 0; i < path.Count; i++) names[i] = isolate.Engine.NewString(path[i]);
        return isolate.Engine.NewArray(names);
    }

    private static JsLocal Import(RpcSession session, IReadOnlyList<RpcAttachment> attachments)
    {
        var numbers = new int[attachments.Count * Fields];
        for (var i = 0; i < attachments.Count; i++)
        {
            try
            {
                var (kind, number, length) = Give(session, attachments[i]);
                (numbers[i * Fields], numbers[(i * Fields) + 1], numbers[(i * Fields) + 2]) = ((int)kind, number, length);
            }
            catch (JsException)
            {
                // Those before are the invocation's, and end with it.
                for (var rest = i; rest < attachments.Count; rest++) attachments[rest].Release();
                throw;
            }
        }

        var bytes = session.Isolate.Engine.NewBytes(numbers.Length * sizeof(int), out var memory);
        MemoryMarshal.AsBytes(numbers.AsSpan()).CopyTo(memory);
        return bytes;
    }

    private static RpcAttachment Take(RpcSession session, Kind kind, int number)
    {
        switch (kind)
        {
            case Kind.Export:
                return new RpcAttachment(session.Export(number));
            case Kind.Import:
                var capability = session.FindImport(number);
                capability.AddReference();
                return new RpcAttachment(capability);
            case Kind.Readable:
                var body = session.Isolate.TakeBody(number);
                session.HoldStream();
                return new RpcAttachment(null, new PassedStream(body.Stream, session.ReleaseStream, body.Cancel), body.Length);
            case Kind.Produced:
                Pipe pipe = new();
                session.HoldStream();
                session.Isolate.FindSink(number).Attach(pipe.Writer, failure =>
                {
                    pipe.Writer.Complete(failure is null ? null : new SubrequestException(failure));
                    session.ReleaseStream();
                });
                return new RpcAttachment(null, pipe.Reader.AsStream());
            case Kind.Writable:
                return new RpcAttachment(null, Writable: session.TakeWriter(number));
            case Kind.Service:
                return new RpcAttachment(null, Service: ServiceTargets.Of(session.Isolate).Take(number, session.Owner).Refer());
            default:
                throw new InvalidOperationException($"There is no attachment of kind {kind}.");
        }
    }

    private static (Kind Kind, int Number, int Length) Give(RpcSession session, RpcAttachment attachment)
    {
        var (isolate, owner) = (session.Isolate, session.Owner);
        if (attachment.Capability is { } capability) return (Kind.Import, session.Import(capability), 0);
        if (attachment.Readable is { } stream)
        {
            HostBody body = new(stream, attachment.Length, owner, stream);
            return (Kind.Readable, isolate.Bodies.Add(body), attachment.Length is { } length and <= int.MaxValue ? (int)length : -1);
        }

        if (attachment.Service is { } service) return (Kind.Service, ServiceTargets.Of(isolate).Add(service, owner), 0);
        HostSink sink = new(owner);
        sink.Id = isolate.Sinks.Add(sink);
        var writer = attachment.Writable!;
        sink.Attach(writer, failure => writer.Complete(failure is null ? null : new SubrequestException(failure)));
        return (Kind.Writable, sink.Id, 0);
    }
}
