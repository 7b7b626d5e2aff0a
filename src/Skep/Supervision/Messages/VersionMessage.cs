using System.Collections.Immutable;
using Skep.Abstractions.Workers;
using Skep.Supervision.Link;

namespace Skep.Supervision.Messages;

/// <summary>A version as a message: everything but the modules' contents, which follow as the body.</summary>
internal static class VersionMessage
{
    public static LinkMessage Write(WorkerVersion version)
    {
        VersionHead head = new(
            version with { Modules = [] },
            [.. version.Modules.Select(module => new ModuleHead(module.Name, module.Kind, module.Content.Length, module.SourceMap.Length))]);
        return new LinkMessage(LinkRecords.Write(head), new MemoryChainStream([.. version.Modules.SelectMany(module => (ReadOnlyMemory<byte>[])[module.Content, module.SourceMap])]));
    }

    public static async Task<WorkerVersion> ReadAsync(LinkMessage message, CancellationToken cancellation)
    {
        var head = LinkRecords.Read<VersionHead>(message.Payload.Span);
        await using var body = message.Body ?? throw new InvalidDataException("A version came without its modules.");
        var modules = ImmutableArray.CreateBuilder<ScriptModule>(head.Modules.Count);
        foreach (var module in head.Modules)
        {
            modules.Add(new ScriptModule(module.Name, module.Kind, await ReadAsync(module.Length)) { SourceMap = await ReadAsync(module.SourceMapLength) });
        }

        return head.Version with { Modules = modules.MoveToImmutable() };

        async ValueTask<ReadOnlyMemory<byte>> ReadAsync(int length)
        {
            var content = new byte[length];
            await body.ReadExactlyAsync(content, cancellation);
            return content;
        }
    }
}
