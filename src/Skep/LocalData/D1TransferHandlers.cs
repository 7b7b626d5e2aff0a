using System.IO.Pipelines;
using Skep.Abstractions.D1;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary>Answers commands about files of SQL. They flow as they are read.</summary>
internal sealed class D1TransferHandlers(ID1Transfer d1)
{
    public LinkHandlers AddTo(LinkHandlers handlers) => handlers
        .On(LinkMethod.D1Import, async (request, _) =>
        {
            var importing = LinkRecords.Read<D1Importing>(request.Payload.Span);
            await using var sql = request.Body ?? throw new InvalidDataException("An import came without its file.");
            return new LinkMessage(LinkRecords.Write(await d1.ImportAsync(importing.Database, sql)));
        })
        .On(LinkMethod.D1Export, (request, cancellation) =>
        {
            var exporting = LinkRecords.Read<D1Exporting>(request.Payload.Span);
            Pipe pipe = new();
            _ = ExportAsync(exporting, pipe.Writer);
            return ValueTask.FromResult(new LinkMessage(default, pipe.Reader.AsStream()));
        });

    // What goes wrong is thrown where the pipe is read.
    private async Task ExportAsync(D1Exporting exporting, PipeWriter to)
    {
        try
        {
            // SQL is written in small pieces, each of which would wake the reader.
            await using (BufferedStream stream = new(to.AsStream(leaveOpen: true), 64 << 10)) await d1.ExportAsync(exporting.Database, exporting.Options, stream);
            await to.CompleteAsync();
        }
        catch (Exception failure)
        {
            await to.CompleteAsync(failure);
        }
    }
}
