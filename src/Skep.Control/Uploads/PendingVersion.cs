using System.Collections.Immutable;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Uploads;

/// <summary>A version that has been checked and is not stored yet, with the contents of its modules by hash.</summary>
internal sealed record PendingVersion(ScriptVersion Version, ImmutableDictionary<string, ReadOnlyMemory<byte>> Contents);
