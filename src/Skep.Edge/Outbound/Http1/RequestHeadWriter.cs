using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound.Connections;

namespace Skep.Edge.Outbound.Http1;

/// <summary>Writes a request's head (https://www.rfc-editor.org/rfc/rfc9112#section-3) into a pooled buffer: the worker's headers
/// as they are, but for those that frame the message or belong to the connection, and <c>Host</c>, which in Workers always
/// follows the URL.</summary>
internal ref struct RequestHeadWriter
{
    private const int FirstBuffer = 2 << 10;
    private const int LongestNumber = 20;

    // In UTF-8 a UTF-16 unit takes three bytes at most.
    private const int MostBytesPerUnit = 3;

    private byte[] _buffer;
    private int _length;

    /// <summary>A writer whose buffer has room for <paramref name="further"/> bytes behind the head.</summary>
    private RequestHeadWriter(int further) => _buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer + further);

    /// <summary>The head, and the body behind it when that is small; the array is rented from the shared pool.</summary>
    /// <exception cref="SubrequestException">The method or a header would break the message.</exception>
    public static ArraySegment<byte> Write(Http1Request request, OriginEndpoint endpoint, ReadOnlySpan<byte> body)
    {
        var writer = new RequestHeadWriter(body.Length);
        try
        {
            writer.WriteHead(request, endpoint);
            writer.Append(body);
            return new ArraySegment<byte>(writer._buffer, 0, writer._length);
        }
        catch
        {
            ArrayPool<byte>.Shared.Return(writer._buffer);
            throw;
        }
    }

    private void WriteHead(Http1Request request, OriginEndpoint endpoint)
    {
        if (!HttpTokens.IsToken(request.Method))
            throw new SubrequestException($"\"{request.Method}\" is not an HTTP method.");
        Append(request.Method);
        ReadOnlySpan<char> target = request.Url.Target;
        Append(target.StartsWith("/") ? " "u8 : " /"u8);
        Append(target);
        Append(" HTTP/1.1\r\nHost: "u8);
        Append(endpoint.Authority);
        Append("\r\n"u8);
        WriteHeaders(request.Source.Headers, request.Filter);
        WriteFraming(request);
        if (request.Source.Upgrade is { } protocol)
        {
            Append("Connection: Upgrade\r\n"u8);
            AppendHeader("Upgrade", protocol);
        }

        Append("\r\n"u8);
    }

    private void WriteHeaders(IReadOnlyList<string> headers, HeaderFilter filter)
    {
        bool asksForEncoding = false;
        for (int i = 0; i + 1 < headers.Count; i += 2)
        {
            string name = headers[i];
            if (IsOwn(name) || filter.Drops(name))
                continue;
            asksForEncoding |= name == "accept-encoding";
            AppendHeader(name, headers[i + 1]);
        }

        // What Workers asks an origin for when the worker does not say.
        if (!asksForEncoding)
            Append("accept-encoding: br, gzip\r\n"u8);
    }

    // https://www.rfc-editor.org/rfc/rfc9110#section-8.6: methods that usually have a body say when they have none.
    private void WriteFraming(Http1Request request)
    {
        if (!request.HasBody && request.Method is not ("POST" or "PUT" or "PATCH"))
            return;
        if (request.BodyLength is not { } length)
        {
            Append("Transfer-Encoding: chunked\r\n"u8);
            return;
        }

        Append("Content-Length: "u8);
        Reserve(LongestNumber);
        Utf8Formatter.TryFormat(length, _buffer.AsSpan(_length), out int digits);
        _length += digits;
        Append("\r\n"u8);
    }

    private void AppendHeader(string name, string value)
    {
        if (!HttpTokens.IsToken(name) || !HttpTokens.IsValue(value))
            throw new SubrequestException($"Invalid header: {name}");
        Append(name);
        Append(": "u8);
        Append(value);
        Append("\r\n"u8);
    }

    private void Append(ReadOnlySpan<char> text)
    {
        Reserve(text.Length * MostBytesPerUnit);
        _length += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_length));
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        Reserve(bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Reserve(int count)
    {
        if (_buffer.Length - _length >= count)
            return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(_buffer.Length * 2, _length + count));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private static bool IsOwn(string name) => name switch
    {
        "host" or "content-length" or "connection" or "keep-alive" or "proxy-connection" or "transfer-encoding" or "te"
            or "trailer" or "upgrade" or "expect" or "http2-settings" => true,
        _ => false,
    };
}
