using System.Collections.Immutable;

namespace Skep.Edge.Transport;

/// <summary>How a process accepts from sockets that other processes accept from, too.</summary>
/// <param name="Sockets">Descriptors of the listening sockets that it has inherited, in the order of the addresses.</param>
/// <param name="Load">How many connections each process has.</param>
/// <param name="Slot">This process's place in it.</param>
public sealed record SharedAccept(ImmutableArray<int> Sockets, LoadTable Load, int Slot);
