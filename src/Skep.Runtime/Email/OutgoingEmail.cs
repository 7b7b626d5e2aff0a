using System.Collections.Immutable;

namespace Skep.Runtime.Email;

/// <summary>A message that may be sent.</summary>
/// <param name="MessageId">The one that it has got.</param>
/// <param name="From">The envelope's sender.</param>
/// <param name="Recipients">The envelope's recipients.</param>
/// <param name="Content">The message.</param>
internal sealed record OutgoingEmail(string MessageId, string From, ImmutableArray<string> Recipients, ReadOnlyMemory<byte> Content);
