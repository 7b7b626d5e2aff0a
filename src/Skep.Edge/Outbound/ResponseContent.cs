using System.Net;

namespace Skep.Edge.Outbound;

/// <summary>The body of a response read by <see cref="DuplexExchange"/>; disposing of it ends the exchange.</summary>
internal sealed class ResponseContent : HttpContent
{
    public Stream Body { get; set; } = Stream.Null;

    protected override Stream CreateContentReadStream(CancellationToken cancellationToken) => Body;

    protected override Task<Stream> CreateContentReadStreamAsync() => Task.FromResult(Body);

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => Body.CopyToAsync(stream);

    protected override bool TryComputeLength(out long length)
    {
        length = -1;
        return false;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            Body.Dispose();
        base.Dispose(disposing);
    }
}
