namespace Skep.Edge.Dispatch;

/// <summary>The request headers that the edge itself writes, as Cloudflare does
/// (https://developers.cloudflare.com/fundamentals/reference/http-headers/). What a client sends under these names is
/// dropped: a worker may trust them.</summary>
internal static class EdgeHeaders
{
    public const string ConnectingIp = "cf-connecting-ip";
    public const string Ray = "cf-ray";
    public const string Visitor = "cf-visitor";
    public const string ForwardedFor = "x-forwarded-for";
    public const string ForwardedProto = "x-forwarded-proto";
    public const string RealIp = "x-real-ip";
    public const string IpCountry = "cf-ipcountry";

    /// <summary>True for a lower-case name whose value comes from the edge and never from the client.</summary>
    public static bool IsOwn(string name) => name switch
    {
        ConnectingIp or Ray or Visitor or ForwardedFor or ForwardedProto or RealIp or IpCountry => true,
        "cf-connecting-ipv6" or "cf-connecting-o2o" or "cf-ew-via" or "cf-ipcity" or "cf-ipcontinent"
            or "cf-iplatitude" or "cf-iplongitude" or "cf-pseudo-ipv4" or "cf-worker" or "true-client-ip" => true,
        _ => false,
    };

    /// <summary>True when such a name could start like this: the cheap test before <see cref="IsOwn"/>.</summary>
    public static bool MayBeOwn(string name) => (name[0] | 0x20) is 'c' or 'x' or 't';
}
