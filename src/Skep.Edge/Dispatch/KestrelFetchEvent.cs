using System.IO.Pipelines;
using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;
using Skep.Edge.Http;
using Skep.Edge.Routing;
using Skep.Edge.Transport;

namespace Skep.Edge.Dispatch;

/// <summary>A request as Kestrel holds it. One object serves all requests of an HTTP/1.1 connection or HTTP/2 stream slot, one
/// after the other; it holds the feature interfaces, which Kestrel implements on one object that lives as long.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "The body is the server's; closing it here would be an error.")]
internal sealed partial class KestrelFetchEvent(FetchApplication application, IFeatureCollection features) : FetchEvent
{
    private readonly IHttpRequestFeature _request = features.GetRequiredFeature<IHttpRequestFeature>();
    private readonly IHttpResponseFeature _response = features.GetRequiredFeature<IHttpResponseFeature>();
    private readonly IHttpResponseBodyFeature _responseBody = features.GetRequiredFeature<IHttpResponseBodyFeature>();
    private readonly IHttpRequestBodyDetectionFeature _bodyDetection = features.GetRequiredFeature<IHttpRequestBodyDetectionFeature>();
    private readonly IRequestBodyPipeFeature _bodyPipe = features.GetRequiredFeature<IRequestBodyPipeFeature>();
    private readonly IHttpRequestLifetimeFeature _lifetime = features.GetRequiredFeature<IHttpRequestLifetimeFeature>();
    private readonly IHttpConnectionFeature _connection = features.GetRequiredFeature<IHttpConnectionFeature>();

    // Of the request before, kept because the next one often asks for the same.
    private string _host = "";
    private bool _hostIsValid;
    private string _rawTarget = "";
    private string? _url;
    private IPAddress? _clientAddress;
    private string _clientIp = "";
    private string? _scheme;

    // Of this request.
    private IHeaderDictionary _headers = null!;
    private string? _rayId;
    private RequestBodyStream? _requestBody;

    public override string Method => IsConnectForWebSocket ? HttpMethods.Get : _request.Method;

    public override string Url => _url ??= RequestUrl.Compose(Scheme, _host, PathAndQuery!);

    /// <summary>What the client used: <c>http</c> or <c>https</c>.</summary>
    public string Scheme => _forwardedScheme ?? _request.Scheme;

    /// <summary>Path and query of the request target; null when it has none that a worker could be asked for.</summary>
    public string? PathAndQuery { get; private set; }

    /// <summary>The Host header, checked.</summary>
    public string Host => _host;

    /// <summary>What it is routed by.</summary>
    public RoutingRequest RoutingRequest => new(
        RequestUrl.HostName(_host), RequestUrl.Path(PathAndQuery), IsHttps, this);

    /// <summary>Names this request in logs, error pages and the <c>cf-ray</c> header.</summary>
    public string Ray => _rayId ??= RayId.New();

    public override Stream? Body
    {
        get
        {
            if (_requestBody is not null)
                return _requestBody;
            if (_bodyDetection.CanHaveBody)
                return _requestBody = new RequestBodyStream(_bodyPipe.Reader, this);
            return _headers.ContentLength == 0 ? Stream.Null : null;
        }
    }

    /// <summary>The status the server wants when it refused the body while the worker read it: 413, 408, 400.</summary>
    public int? RefusedBodyStatus => _requestBody is { RefusedStatus: > 0 and var status } ? status : null;

    public override long? BodyLength => _headers.ContentLength;

    public override CancellationToken Aborted => _lifetime.RequestAborted;

    public override string? Cf => application.Cf.ToJson(_request.Protocol, JoinValues(_headers.AcceptEncoding, ", "), ClientAddress, TlsFacts);

    public override void CopyHeaders(List<string> flat)
    {
        foreach ((string name, StringValues values) in _headers)
        {
            string lower = LowerCaseNames.ToLower(name);
            if (EdgeHeaders.MayBeOwn(lower) && EdgeHeaders.IsOwn(lower))
                continue;

            // https://www.rfc-editor.org/rfc/rfc9113#section-8.2.3: HTTP/2 clients send each cookie by itself.
            if (values.Count > 1 && lower == "cookie")
            {
                flat.Add(lower);
                flat.Add(JoinValues(values, "; ")!);
                continue;
            }

            for (int i = 0; i < values.Count; i++)
            {
                flat.Add(lower);
                flat.Add(values[i] ?? "");
            }
        }

        flat.Add(EdgeHeaders.ConnectingIp);
        flat.Add(ClientIp);
        flat.Add(EdgeHeaders.Ray);
        flat.Add(Ray);
        flat.Add(EdgeHeaders.Visitor);
        flat.Add(Visitor);
        flat.Add(EdgeHeaders.ForwardedFor);
        flat.Add(ForwardedFor);
        flat.Add(EdgeHeaders.ForwardedProto);
        flat.Add(Scheme);
        flat.Add(EdgeHeaders.RealIp);
        flat.Add(ClientIp);
        if (application.Options.Geography is not null)
        {
            flat.Add(EdgeHeaders.IpCountry);
            flat.Add(Country);
        }

        if (IsConnectForWebSocket)
            flat.AddRange(UpgradeHeader, WebSocketProtocol, "connection", "Upgrade");
    }

    public override string? GetHeader(string name)
    {
        if (name.Length > 0 && EdgeHeaders.MayBeOwn(name) && EdgeHeaders.IsOwn(name))
        {
            return name switch
            {
                EdgeHeaders.ConnectingIp or EdgeHeaders.RealIp => ClientIp,
                EdgeHeaders.Ray => Ray,
                EdgeHeaders.Visitor => Visitor,
                EdgeHeaders.ForwardedFor => ForwardedFor,
                EdgeHeaders.ForwardedProto => Scheme,
                EdgeHeaders.IpCountry when application.Options.Geography is not null => Country,
                _ => null,
            };
        }

        if (IsConnectForWebSocket && name == UpgradeHeader)
            return WebSocketProtocol;
        return _headers.TryGetValue(name, out StringValues values) ? JoinValues(values, name == "cookie" ? "; " : ", ") : null;
    }

    private bool IsHttps => Scheme == Uri.UriSchemeHttps;

    private string Visitor => IsHttps ? """{"scheme":"https"}""" : """{"scheme":"http"}""";

    private string ForwardedFor
    {
        get
        {
            string? before = JoinValues(_headers["x-forwarded-for"], ", ");
            string connected = _forwardedClient is null ? ClientIp : Text(_connection.RemoteIpAddress);
            return string.IsNullOrEmpty(before) ? connected : string.Concat(before, ", ", connected);
        }
    }

    private string ClientIp
    {
        get
        {
            IPAddress? address = ClientAddress;
            if (!ReferenceEquals(address, _clientAddress))
            {
                _clientAddress = address;
                _clientIp = Text(address);
            }

            return _clientIp;
        }
    }

    private static string Text(IPAddress? address) =>
        address is null ? "" : address.Unmapped().ToString();

    private static string? JoinValues(in StringValues values, string separator) => values.Count switch
    {
        0 => null,
        1 => values[0],
        _ => string.Join(separator, values.ToArray()),
    };
}
