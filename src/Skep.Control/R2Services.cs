using Skep.Abstractions.Catalog;
using Skep.Abstractions.R2;

namespace Skep.Control;

/// <summary>R2 as the control plane sees it.</summary>
/// <param name="Buckets">Which there are.</param>
/// <param name="Store">What is in them.</param>
public sealed record R2Services(IR2Buckets Buckets, IR2Administration Store);
