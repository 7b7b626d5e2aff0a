namespace Skep.Edge.Outbound.Connections;

/// <summary>Whose an address is.</summary>
internal enum AddressKind
{
    /// <summary>On the internet.</summary>
    Public,

    /// <summary>This machine.</summary>
    Loopback,

    /// <summary>The local network.</summary>
    Private,

    /// <summary>A cloud's credentials service: never allowed.</summary>
    Metadata,

    /// <summary>A group of hosts: nothing to connect to.</summary>
    Multicast,

    /// <summary>Nobody's, or a tunnel to somewhere that cannot be told.</summary>
    Reserved,
}
