namespace Skep.Supervision.Link;

/// <summary>What stands beside a descriptor that is one end of a connection between two worker processes.</summary>
internal static class PeerNote
{
    public static bool TrySend(DescriptorSocket to, int process, LinkSocket end, bool isFirst) => to.TrySend(((long)process << 1) | (isFirst ? 1L : 0L), end.Descriptor);

    /// <summary>Which process is at the other end, and which side this is.</summary>
    public static (int Process, bool IsFirst) Read(long note) => ((int)(note >> 1), (note & 1) != 0);
}
