namespace Skep.Edge.Transport;

/// <summary>Processor time over a while, in cores.</summary>
/// <param name="Idle">Nobody's. Where the kernel does not tell, all are taken to be idle.</param>
/// <param name="Own">This process's.</param>
/// <param name="Elapsed">The while.</param>
internal readonly record struct ProcessorUse(double Idle, double Own, TimeSpan Elapsed);
