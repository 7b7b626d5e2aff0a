using Skep.Abstractions.Channels;
using Skep.Edge.Outbound.Http1;

namespace Skep.Edge.Outbound;

/// <summary>An origin's response, decoded.</summary>
internal sealed class HttpSubrequestResponse : SubrequestResponse
{
    private readonly Http1Response _response;
    private readonly HttpUrl _url;
    private readonly bool _decoded;

    public HttpSubrequestResponse(Http1Response response, HttpUrl url, int requestsSent)
    {
        (_response, _url, RequestsSent) = (response, url, requestsSent);
        Body = response.Body;

        // A part of an encoded body cannot be decoded; its author asked for those bytes.
        if (Body is not null && Status != 206 && ContentDecoding.TryDecode(Body, response.Head.Headers, out Stream decoded))
        {
            Body = new DecodedBodyStream(decoded, url.Host);
            _decoded = true;
        }
    }

    public override int Status => _response.Head.Status;

    public override string StatusText => _response.Head.Reason;

    public override string Url => _url.Text;

    public override int RequestsSent { get; }

    public override Stream? Body { get; }

    public override long? BodyLength => Body is null || _decoded ? null : _response.Head.ContentLength;

    public override Stream? Upgraded => _response.Upgraded;

    public override void CopyHeaders(List<string> flat)
    {
        if (!_decoded)
        {
            flat.AddRange(_response.Head.Headers);
            return;
        }

        List<string> headers = _response.Head.Headers;
        for (int i = 0; i < headers.Count; i += 2)
        {
            if (headers[i] is not ("content-encoding" or "content-length"))
                flat.AddRange([headers[i], headers[i + 1]]);
        }
    }

    public override ValueTask DisposeAsync()
    {
        _response.Close();
        return ValueTask.CompletedTask;
    }
}
