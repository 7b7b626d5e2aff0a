using Skep.Abstractions.Channels;
using Skep.Abstractions.WebSockets;

namespace Skep.Runtime.Tests.WebSockets;

/// <summary>An origin that agrees to switch protocols, in memory.</summary>
internal sealed class UpgradingChannel(Stream connection) : ISubrequestChannel, IDisposable
{
    public ValueTask<SubrequestResponse> SendAsync(Subrequest request, CancellationToken cancellation)
    {
        Assert.Equal("websocket", request.Upgrade);
        return new ValueTask<SubrequestResponse>(new Switched(request, connection));
    }

    public void Dispose() => connection.Dispose();

    private sealed class Switched(Subrequest request, Stream connection) : SubrequestResponse
    {
        public override int Status => 101;

        public override string StatusText => "Switching Protocols";

        public override string Url => request.Url;

        public override int RequestsSent => 1;

        public override Stream? Body => null;

        public override long? BodyLength => null;

        public override Stream? Upgraded => connection;

        public override void CopyHeaders(List<string> flat)
        {
            flat.AddRange(["upgrade", "websocket", "sec-websocket-accept", WebSocketKey.AcceptFor(Find("sec-websocket-key")!)]);
            if (Find("sec-websocket-protocol") is { } protocol) flat.AddRange(["sec-websocket-protocol", protocol]);
        }

        public override ValueTask DisposeAsync() => default;

        private string? Find(string name)
        {
            for (var i = 0; i + 1 < request.Headers.Count; i += 2)
            {
                if (request.Headers[i] == name) return request.Headers[i + 1];
            }

            return null;
        }
    }
}
