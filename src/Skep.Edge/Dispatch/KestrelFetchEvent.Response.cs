using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Skep.Edge.Transport;

namespace Skep.Edge.Dispatch;

// The way back: status, headers, body.
internal sealed partial class KestrelFetchEvent
{
    private bool _chunkedOrSized;
    private long? _declaredLength;
    private long _sizedLength;
    private CountingWriter? _counting;

    public override PipeWriter ResponseBody
    {
        get
        {
            if (!_response.HasStarted)
            {
                // Writes the head into the connection's own buffer (nothing is sent before a flush), so that what is written next
                // lands behind it without another copy. It completes at once: nothing here registers for OnStarting.
                _chunkedOrSized = true;
                Task started = _responseBody.StartAsync(CancellationToken.None);
                if (!started.IsCompletedSuccessfully)
                    started.GetAwaiter().GetResult();
            }

            // A body whose length was announced need not be counted.
            if (_sizedLength >= 0)
                return _responseBody.Writer;
            _counting ??= new CountingWriter();
            _counting.Inner = _responseBody.Writer;
            return _counting;
        }
    }

    public override bool TryRelay(Stream body, [NotNullWhen(true)] out Task? relaying)
    {
        bool can = _sizedLength >= SplicedRelay.WorthIt && _request.Protocol != HttpProtocol.Http2;
        relaying = can && body is ISpliceSource { CanSplice: true } source && features.Get<IConnectionTransportFeature>() is SocketConnection { Direct: { } direct }
            ? SplicedRelay.RunAsync(source, body, ResponseBody, direct, Aborted)
            : null;
        return relaying is not null;
    }

    public override bool HasStarted => _response.HasStarted;

    public override void SetStatus(int status, string? reason)
    {
        _response.StatusCode = status;
        if (!string.IsNullOrEmpty(reason))
            _response.ReasonPhrase = reason;

        // HTTP/2 has no such header: there the server says GOAWAY to the connection.
        if (application.Draining)
            CloseConnection();
    }

    public override void AddHeader(string name, string value)
    {
        if (!Ascii.IsValid(value))
            application.NonAsciiHeaders.Seen = true;
        IHeaderDictionary headers = _response.Headers;
        switch (name)
        {
            case "content-type":
                headers.ContentType = value;
                break;
            case "cache-control" when headers.CacheControl.Count == 0:
                headers.CacheControl = value;
                break;
            case "location":
                headers.Location = value;
                break;
            case "content-length":
                // What the worker says about a length is not what frames the message; it only counts where no body follows.
                if (long.TryParse(value, System.Globalization.NumberStyles.None, null, out long length))
                    _declaredLength = length;
                break;
            default:
                if (!ResponseHeaderRules.IsHopByHop(name))
                    headers.Append(name, value);
                break;
        }
    }

    public override void SetContentLength(long length)
    {
        _chunkedOrSized = true;
        _sizedLength = length;
        if (_response.StatusCode != StatusCodes.Status204NoContent)
            _response.Headers.ContentLength = length;
    }

    /// <summary>Answers with a text of the edge's own.</summary>
    public void WriteText(int status, string contentType, string text)
    {
        SetStatus(status, null);
        IHeaderDictionary headers = _response.Headers;
        headers.ContentType = contentType;
        headers.CacheControl = "no-store";
        headers.XContentTypeOptions = "nosniff";
        if (contentType.StartsWith("text/html", StringComparison.Ordinal))
            headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        SetContentLength(Encoding.UTF8.GetByteCount(text));
        PipeWriter body = ResponseBody;
        if (!HttpMethods.IsHead(Method))
            Encoding.UTF8.GetBytes(text, body);
    }

    /// <summary>Tells the length that a body would have which is not sent.</summary>
    public void DeclareLength()
    {
        if (!_chunkedOrSized && _declaredLength is { } length && (HttpMethods.IsHead(Method) || _response.StatusCode == 304))
            _response.Headers.ContentLength = length;
    }

    /// <summary>Ends the connection with this response.</summary>
    public void CloseConnection()
    {
        if (_request.Protocol != HttpProtocol.Http2)
            _response.Headers.Connection = "close";
    }

    private void ClearResponse()
    {
        _response.Headers.Clear();
        _response.ReasonPhrase = null;
        _declaredLength = null;
    }
}
