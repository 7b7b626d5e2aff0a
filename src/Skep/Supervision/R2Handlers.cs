using Skep.Abstractions.R2;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision;

/// <summary>Answers worker processes about R2 buckets. Content flows both ways as it is read.</summary>
internal sealed class R2Handlers(IR2Store r2)
{
    public LinkHandlers AddTo(LinkHandlers handlers) => handlers
        .On<R2KeyQuestion, R2Answer>(LinkMethod.R2Head, async asked => new R2Answer(await r2.HeadAsync(asked.Bucket, asked.Key)))
        .On(LinkMethod.R2Get, GetAsync)
        .On(LinkMethod.R2Put, async (request, cancellation) =>
        {
            var storing = LinkRecords.Read<R2Storing>(request.Payload.Span);
            return Answer(new R2Answer(await r2.PutAsync(storing.Bucket, storing.Request, Content(request, storing.Length), cancellation)));
        })
        .On(LinkMethod.R2PutPart, async (request, cancellation) =>
        {
            var storing = LinkRecords.Read<R2PartStoring>(request.Payload.Span);
            return Answer(await r2.PutPartAsync(storing.Bucket, storing.Part, Content(request, storing.Length), cancellation));
        })
        .On<R2Keys>(LinkMethod.R2Delete, asked => r2.DeleteAsync(asked.Bucket, asked.Keys).AsTask())
        .On<R2Listing, R2Page>(LinkMethod.R2List, asked => r2.ListAsync(asked.Bucket, asked.Query).AsTask())
        .On<R2UploadBegin, R2UploadName>(
            LinkMethod.R2CreateUpload, async asked => new R2UploadName(asked.Bucket, asked.Request.Key, await r2.CreateUploadAsync(asked.Bucket, asked.Request)))
        .On<R2Completion, R2Answer>(
            LinkMethod.R2CompleteUpload,
            async asked => new R2Answer(await r2.CompleteUploadAsync(asked.Upload.Bucket, asked.Upload.Key, asked.Upload.Id, asked.Parts)))
        .On<R2UploadName>(LinkMethod.R2AbortUpload, asked => r2.AbortUploadAsync(asked.Bucket, asked.Key, asked.Id).AsTask());

    private async ValueTask<LinkMessage> GetAsync(LinkMessage request, CancellationToken cancellation)
    {
        var asked = LinkRecords.Read<R2Question>(request.Payload.Span);
        var read = await r2.GetAsync(asked.Bucket, asked.Request, cancellation);
        var payload = LinkRecords.Write(new R2Opened(read?.Object, read?.HasContent ?? false, read?.Offset ?? 0, read?.Length ?? 0));
        if (read is null or { HasContent: false }) return new LinkMessage(payload);
        return new LinkMessage(payload, read.Content ?? new MemoryChainStream([read.Bytes!.Value]));
    }

    private static R2Body Content(LinkMessage request, long? length) =>
        new(default, request.Body ?? throw new InvalidDataException("Content to store did not come."), length);

    private static LinkMessage Answer<T>(T answer) => new(LinkRecords.Write(answer));
}
