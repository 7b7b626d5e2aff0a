using Skep.Abstractions.Catalog;
using Skep.Abstractions.D1;

namespace Skep.Control;

/// <summary>D1 as the control plane sees it.</summary>
/// <param name="Databases">Which there are.</param>
/// <param name="Store">Runs queries.</param>
/// <param name="Upkeep">Does the rest.</param>
/// <param name="Folder">Where files wait to be imported, and exports to be fetched.</param>
public sealed record D1Services(ID1Databases Databases, ID1Store Store, ID1Upkeep Upkeep, string Folder);
