using System.Net.Http.Headers;
using Skep.Abstractions.Channels;
using Skep.Edge.Http;

namespace Skep.Edge.Outbound;

/// <summary>An origin's response, decoded.</summary>
internal sealed class HttpSubrequestResponse : SubrequestResponse
{
    private readonly HttpResponseMessage _response;
    private readonly Uri _url;
    private readonly bool _decoded;

    public HttpSubrequestResponse(HttpResponseMessage response, Uri url, string method, int requestsSent)
    {
        _response = response;
        _url = url;
        RequestsSent = requestsSent;
        if (method == "HEAD" || Status is 204 or 205 or 304)
            return;

        Stream body = response.Content.ReadAsStream();

        // A part of an encoded body cannot be decoded; its author asked for those bytes.
        if (Status != 206 && ContentDecoding.TryDecode(body, response.Content.Headers, out Stream decoded))
        {
            body = decoded;
            _decoded = true;
        }

        Body = new OriginBodyStream(body, url);
    }

    public override int Status => (int)_response.StatusCode;

    // HTTP/2 has no reason phrases; .NET would make one up.
    public override string StatusText => _response.Version.Major >= 2 ? "" : _response.ReasonPhrase ?? "";

    public override string Url => _url.OriginalString;

    public override int RequestsSent { get; }

    public override Stream? Body { get; }

    public override long? BodyLength => Body is null || _decoded ? null : _response.Content.Headers.ContentLength;

    public override void CopyHeaders(List<string> flat)
    {
        Copy(_response.Headers.NonValidated, flat);
        Copy(_response.Content.Headers.NonValidated, flat);
    }

    public override ValueTask DisposeAsync()
    {
        _response.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Copy(in HttpHeadersNonValidated headers, List<string> flat)
    {
        foreach ((string originalName, HeaderStringValues values) in headers)
        {
            string name = LowerCaseNames.ToLower(originalName);
            if (IsDropped(name))
                continue;
            foreach (string value in values)
            {
                flat.Add(name);
                flat.Add(value);
            }
        }
    }

    private bool IsDropped(string name) => name switch
    {
        "connection" or "keep-alive" or "proxy-connection" or "te" or "trailer" or "transfer-encoding" or "upgrade" => true,
        "content-encoding" or "content-length" => _decoded,
        _ => false,
    };
}
