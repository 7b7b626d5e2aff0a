using System.Buffers;
using System.Diagnostics;
using System.IO.Pipelines;
using Skep.Abstractions.Errors;
using Skep.Abstractions.Events;

namespace Skep.Edge.Assets;

/// <summary>Answers clients with assets. What is in memory goes out before this returns.</summary>
internal static class AssetResponder
{
    private const int PieceBytes = 64 << 10;

    /// <summary>Answers, and ends the event.</summary>
    public static void Respond(FetchEvent client, AssetSite site, in AssetRequest request, in AssetReply reply)
    {
        long began = Stopwatch.GetTimestamp();
        AssetAnswer answer;
        try
        {
            answer = AssetAnswer.Of(site, request, reply);
        }
        catch (IOException failure)
        {
            Fail(client, failure, began);
            return;
        }

        client.SetStatus(answer.Status, null);
        foreach ((string name, string value) in answer.Headers)
        {
            // What frames the message is the server's business.
            if (name != "content-length") client.AddHeader(name, value);
        }

        if (answer.Status != 304) client.SetContentLength(answer.Part.Length);
        if (answer.Body.Stream is { } stream)
        {
            if (answer.Part.Length > 0 && request.Method != "HEAD")
            {
                _ = SendAsync(client, stream, answer.Part, began);
                return;
            }

            stream.Dispose();
        }
        else if (answer.Part.Length > 0 && request.Method != "HEAD")
        {
            client.ResponseBody.Write(answer.Body.Bytes.Span.Slice((int)answer.Part.First, (int)answer.Part.Length));
        }

        client.Complete(Summary(InvocationOutcome.Ok, began));
    }

    private static async Task SendAsync(FetchEvent client, Stream stream, ByteRange part, long began)
    {
        try
        {
            await using (stream)
            {
                if (!await CopyAsync(client, stream, part))
                {
                    var gone = new WorkerError(WorkerErrorCode.Exception, "The client left.");
                    client.Fail(gone, passThrough: false, Summary(InvocationOutcome.Canceled, began));
                    return;
                }
            }
        }
        catch (Exception failure)
        {
            if (client.Aborted.IsCancellationRequested)
                client.Fail(new WorkerError(WorkerErrorCode.Exception, failure.Message), passThrough: false, Summary(InvocationOutcome.Canceled, began));
            else
                Fail(client, failure, began);
            return;
        }

        client.Complete(Summary(InvocationOutcome.Ok, began));
    }

    // False when nobody is there to send to.
    private static async Task<bool> CopyAsync(FetchEvent client, Stream stream, ByteRange part)
    {
        stream.Position = part.First;
        PipeWriter body = client.ResponseBody;
        for (long left = part.Length; left > 0;)
        {
            Memory<byte> piece = body.GetMemory(PieceBytes);
            int count = await stream.ReadAsync(piece[..(int)Math.Min(left, piece.Length)]);
            if (count == 0) throw new EndOfStreamException("The file of a static asset is shorter than it was.");
            body.Advance(count);
            left -= count;
            FlushResult flushed = await body.FlushAsync();
            if (flushed.IsCompleted || flushed.IsCanceled) return false;
        }

        return true;
    }

    private static void Fail(FetchEvent client, Exception failure, long began)
    {
        var error = new WorkerError(WorkerErrorCode.Exception, failure.Message, failure.ToString());
        client.Fail(error, passThrough: false, Summary(InvocationOutcome.Exception, began) with { Error = error });
    }

    private static InvocationSummary Summary(InvocationOutcome outcome, long began) =>
        new(outcome, TimeSpan.Zero, Stopwatch.GetElapsedTime(began), Subrequests: 0);
}
