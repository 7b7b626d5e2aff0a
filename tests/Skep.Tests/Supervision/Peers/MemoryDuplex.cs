using System.IO.Pipelines;
using Skep.Supervision.Peers;

namespace Skep.Tests.Supervision.Peers;

/// <summary>A client's connection, both ends here.</summary>
internal static class MemoryDuplex
{
    public static (Stream Near, Stream Far) Pair()
    {
        Pipe there = new();
        Pipe back = new();
        return (new PeerDuplex(back.Reader.AsStream(), there.Writer), new PeerDuplex(there.Reader.AsStream(), back.Writer));
    }
}
