using System.Text;
using Skep.Abstractions.Channels;
using Skep.Edge.Outbound;

namespace Skep.Edge.Tests.Outbound;

/// <summary>Shorthand of the outbound tests.</summary>
internal static class ChannelTesting
{
    public static HttpSubrequestChannel Channel() => new(new OutboundOptions { AllowLoopback = true });

    public static ValueTask<SubrequestResponse> FetchAsync(this HttpSubrequestChannel channel, Subrequest request) =>
        channel.SendAsync(request, TestContext.Current.CancellationToken);

    public static string UrlOf(this TestEdge edge, string path = "/") => $"http://{edge.EndPoint}{path}";

    public static Subrequest Get(string url, params string[] headers) => new() { Method = "GET", Url = url, Headers = headers };

    public static Subrequest Post(string url, string body, params string[] headers) =>
        new() { Method = "POST", Url = url, Headers = headers, HasBody = true, BodyBytes = Encoding.UTF8.GetBytes(body) };

    public static async Task<string> TextAsync(this SubrequestResponse response)
    {
        using var copy = new MemoryStream();
        await response.Body!.CopyToAsync(copy);
        await response.DisposeAsync();
        return Encoding.UTF8.GetString(copy.ToArray());
    }

    public static string? Header(this SubrequestResponse response, string name)
    {
        List<string> flat = [];
        response.CopyHeaders(flat);
        string?[] values = [.. flat.Chunk(2).Where(pair => pair[0] == name).Select(pair => pair[1])];
        return values.Length == 0 ? null : string.Join('|', values);
    }
}
