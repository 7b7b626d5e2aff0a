using Microsoft.AspNetCore.Http;
using Skep.Abstractions.Streams;

namespace Skep.Control.Assets;

/// <summary>The body of a part. Where it breaks off, that is the client's fault, and not one of the disk that it is written to.</summary>
internal sealed class PartBody(Stream inner) : ForwardOnlyStream
{
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (IOException cut) when (cut is not BadHttpRequestException)
        {
            throw new InvalidDataException(cut.Message, cut);
        }
    }
}
