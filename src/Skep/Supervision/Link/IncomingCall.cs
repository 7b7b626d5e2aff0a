using System.Buffers.Binary;

namespace Skep.Supervision.Link;

/// <summary>A call of the other side, until its answer is sent.</summary>
internal sealed class IncomingCall(InboundBody? requestBody, OutboundBody responseBody) : IDisposable
{
    private readonly CancellationTokenSource _cancelled = new();

    public InboundBody? RequestBody => requestBody;

    public OutboundBody ResponseBody => responseBody;

    /// <summary>Cancelled when nobody waits for the answer any more.</summary>
    public CancellationToken Cancellation => _cancelled.Token;

    /// <summary>Takes a frame of the caller.</summary>
    public void Take(FrameKind kind, ReadOnlySpan<byte> payload)
    {
        switch (kind)
        {
            case FrameKind.RequestBody:
                requestBody?.Add(payload);
                break;
            case FrameKind.ResponseCredit:
                responseBody.Grant(BinaryPrimitives.ReadInt32LittleEndian(payload));
                break;
            default:
                Fail(new OperationCanceledException());
                break;
        }
    }

    /// <summary>The caller is gone, or wants no answer.</summary>
    public void Fail(Exception failure)
    {
        requestBody?.Fail(failure);
        responseBody.Stop();
        try
        {
            _ = _cancelled.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was answered at this moment.
        }
    }

    public void Dispose()
    {
        _cancelled.Dispose();
        requestBody?.Dispose();
    }
}
