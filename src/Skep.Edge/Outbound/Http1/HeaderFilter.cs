namespace Skep.Edge.Outbound.Http1;

/// <summary>Headers that a redirect takes away (https://fetch.spec.whatwg.org/#http-redirect-fetch).</summary>
/// <param name="Credentials">The redirect went to another origin, which must not get what was meant for the first.</param>
/// <param name="BodyHeaders">The redirect turned the request into one without a body.</param>
internal readonly record struct HeaderFilter(bool Credentials, bool BodyHeaders)
{
    /// <summary>True when the header, in lower case, is not sent again.</summary>
    public bool Drops(string name) => name switch
    {
        "authorization" or "proxy-authorization" or "cookie" => Credentials,
        "content-encoding" or "content-language" or "content-location" or "content-type" => BodyHeaders,
        _ => false,
    };
}
