using System.Buffers.Binary;

namespace Skep.Supervision.Link;

/// <summary>A call of this side, until its answer is complete.</summary>
internal sealed class OutgoingCall(OutboundBody? requestBody, Action<int> grant, Action abandon)
{
    private readonly TaskCompletionSource<LinkMessage> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private InboundBody? _responseBody;

    public OutboundBody? RequestBody => requestBody;

    public Task<LinkMessage> Answer => _answer.Task;

    public bool HasResponseBody => Volatile.Read(ref _responseBody) is not null;

    /// <summary>Takes a frame of the other side; true when it was the last.</summary>
    public bool Take(FrameHead head, ReadOnlySpan<byte> payload, ILinkHandler handler)
    {
        switch (head.Kind)
        {
            case FrameKind.Response:
                if (head.HasBody) Volatile.Write(ref _responseBody, new InboundBody(grant, abandon));
                _answer.TrySetResult(new LinkMessage(payload.ToArray(), _responseBody));
                return !head.HasBody;
            case FrameKind.ResponseBody:
                _responseBody?.Add(payload);
                return payload.IsEmpty;
            case FrameKind.RequestCredit:
                requestBody?.Grant(BinaryPrimitives.ReadInt32LittleEndian(payload));
                return false;
            case FrameKind.Failure or FrameKind.ResponseBroken:
                Fail(handler.Understand(payload));
                return true;
            default:
                throw new InvalidDataException($"A frame of kind {head.Kind} came over the link.");
        }
    }

    /// <summary>There is no answer, or no more of it.</summary>
    public void Fail(Exception failure)
    {
        requestBody?.Stop();
        if (!_answer.TrySetException(failure)) _responseBody?.Fail(failure);
    }
}
