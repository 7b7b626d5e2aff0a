using Skep.Abstractions.Channels;

namespace Skep.Edge.Ai;

/// <summary>An answer that was made here.</summary>
internal sealed class AiResponse(int status, string type, Stream body, long? length) : SubrequestResponse
{
    public AiResponse(int status, string type, byte[] body)
        : this(status, type, new MemoryStream(body), body.Length)
    {
    }

    public AiResponse(int status, string type, Stream body)
        : this(status, type, body, length: null)
    {
    }

    public override int Status => status;

    public override string StatusText => "";

    public override string Url => "https://workers-binding.ai/run";

    public override int RequestsSent => 1;

    public override Stream? Body => body;

    public override long? BodyLength => length;

    public override void CopyHeaders(List<string> flat) => flat.AddRange(["content-type", type, "cf-ai-req-id", Guid.NewGuid().ToString()]);

    public override ValueTask DisposeAsync() => body.DisposeAsync();
}
