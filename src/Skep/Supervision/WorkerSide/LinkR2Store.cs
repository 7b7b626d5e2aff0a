using Skep.Abstractions.R2;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>The supervisor's R2 buckets. A write has returned when the supervisor's has, so it is as durable.</summary>
internal sealed class LinkR2Store(LinkConnection link) : IR2Store
{
    // What is as short is there at once, and costs less as a whole than as a stream.
    private const long ShortContent = 64 << 10;

    /// <inheritdoc/>
    public async ValueTask<R2Object?> HeadAsync(string bucket, string key, CancellationToken cancellation = default) =>
        (await link.AskAsync<R2KeyQuestion, R2Answer>(LinkMethod.R2Head, new R2KeyQuestion(bucket, key), cancellation)).Object;

    /// <inheritdoc/>
    public async ValueTask<R2Read?> GetAsync(string bucket, R2Get request, CancellationToken cancellation = default)
    {
        var answer = await link.CallAsync(LinkMethod.R2Get, new LinkMessage(LinkRecords.Write(new R2Question(bucket, request))), cancellation);
        var opened = LinkRecords.Read<R2Opened>(answer.Payload.Span);
        if (opened.Object is null) return null;
        if (!opened.HasContent) return R2Read.Refused(opened.Object);
        var content = answer.Body ?? throw new InvalidDataException("An object came without its content.");
        if (opened.Length > ShortContent) return R2Read.Of(opened.Object, opened.Offset, opened.Length, content);
        await using (content)
        {
            var bytes = new byte[opened.Length];
            await content.ReadExactlyAsync(bytes, cancellation);
            // Read to its end, it is over for the sender as well.
            await content.CopyToAsync(Stream.Null, cancellation);
            return R2Read.Of(opened.Object, opened.Offset, bytes);
        }
    }

    /// <inheritdoc/>
    public async ValueTask<R2Object?> PutAsync(string bucket, R2Put request, R2Body body, CancellationToken cancellation = default) =>
        (await SendAsync<R2Storing, R2Answer>(LinkMethod.R2Put, new R2Storing(bucket, request, LengthOf(body)), body, cancellation)).Object;

    /// <inheritdoc/>
    public async ValueTask DeleteAsync(string bucket, IReadOnlyList<string> keys) => await link.TellAsync(LinkMethod.R2Delete, new R2Keys(bucket, keys));

    /// <inheritdoc/>
    public async ValueTask<R2Page> ListAsync(string bucket, R2ListQuery query, CancellationToken cancellation = default) =>
        await link.AskAsync<R2Listing, R2Page>(LinkMethod.R2List, new R2Listing(bucket, query), cancellation);

    /// <inheritdoc/>
    public async ValueTask<string> CreateUploadAsync(string bucket, R2Put request) =>
        (await link.AskAsync<R2UploadBegin, R2UploadName>(LinkMethod.R2CreateUpload, new R2UploadBegin(bucket, request))).Id;

    /// <inheritdoc/>
    public async ValueTask<R2Part> PutPartAsync(string bucket, R2PartPut part, R2Body body, CancellationToken cancellation = default) =>
        await SendAsync<R2PartStoring, R2Part>(LinkMethod.R2PutPart, new R2PartStoring(bucket, part, LengthOf(body)), body, cancellation);

    /// <inheritdoc/>
    public async ValueTask<R2Object> CompleteUploadAsync(string bucket, string key, string uploadId, IReadOnlyList<R2PartName> parts) =>
        (await link.AskAsync<R2Completion, R2Answer>(LinkMethod.R2CompleteUpload, new R2Completion(new R2UploadName(bucket, key, uploadId), parts))).Object!;

    /// <inheritdoc/>
    public async ValueTask AbortUploadAsync(string bucket, string key, string uploadId) =>
        await link.TellAsync(LinkMethod.R2AbortUpload, new R2UploadName(bucket, key, uploadId));

    private static long? LengthOf(R2Body body) => body.Content is null ? body.Bytes.Length : body.Length;

    private async ValueTask<TAnswer> SendAsync<TRequest, TAnswer>(LinkMethod method, TRequest request, R2Body body, CancellationToken cancellation)
    {
        var content = body.Content ?? new MemoryChainStream([body.Bytes]);
        return LinkRecords.Read<TAnswer>((await link.CallAsync(method, new LinkMessage(LinkRecords.Write(request), content), cancellation)).Payload.Span);
    }
}
