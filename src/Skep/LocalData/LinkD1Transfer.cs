using Skep.Abstractions.D1;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.LocalData;

/// <summary>Files of SQL for and from the D1 databases that another process has open.</summary>
internal sealed class LinkD1Transfer(LinkConnection link) : ID1Transfer
{
    /// <inheritdoc/>
    public async ValueTask<D1Imported> ImportAsync(string databaseId, Stream sql) => LinkRecords.Read<D1Imported>(
        (await link.CallAsync(LinkMethod.D1Import, new LinkMessage(LinkRecords.Write(new D1Importing(databaseId)), sql))).Payload.Span);

    /// <inheritdoc/>
    public async ValueTask ExportAsync(string databaseId, D1ExportOptions options, Stream to)
    {
        var answer = await link.CallAsync(LinkMethod.D1Export, new LinkMessage(LinkRecords.Write(new D1Exporting(databaseId, options))));
        await using var sql = answer.Body ?? throw new InvalidDataException("An export came without its SQL.");
        await sql.CopyToAsync(to);
    }
}
