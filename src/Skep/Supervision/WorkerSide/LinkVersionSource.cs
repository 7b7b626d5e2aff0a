using Skep.Abstractions.Workers;
using Skep.Hosting;
using Skep.Supervision.Link;
using Skep.Supervision.Messages;

namespace Skep.Supervision.WorkerSide;

/// <summary>Versions come from the supervisor, when the first request asks for one: a worker process holds the secrets of what it
/// runs, and no others.</summary>
internal sealed class LinkVersionSource(LinkConnection link) : IVersionSource
{
    /// <inheritdoc/>
    public async Task<WorkerVersion> ReadAsync(string script, string id)
    {
        var answer = await link.CallAsync(LinkMethod.ReadVersion, new LinkMessage(LinkRecords.Write(new VersionKey(script, id))));
        return await VersionMessage.ReadAsync(answer, CancellationToken.None);
    }
}
