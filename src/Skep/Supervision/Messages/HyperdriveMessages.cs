using Skep.Abstractions.Hyperdrive;

namespace Skep.Supervision.Messages;

/// <summary>Asks where a configuration leads.</summary>
internal sealed record HyperdriveQuestion(string ConfigId);

/// <summary>Where it leads; null when there is no such configuration.</summary>
internal sealed record HyperdriveAnswer(HyperdriveOrigin? Origin);
