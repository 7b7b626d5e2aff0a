using Skep.Abstractions.Channels;
using Skep.Abstractions.Events;

namespace Skep.Runtime.Workers;

/// <summary>Terms by which an invocation's own requests go elsewhere than its worker's.</summary>
internal sealed record RoutedTerms : InvocationTerms
{
    /// <summary>Where; null: where its worker's go.</summary>
    public ISubrequestChannel? Outbound { get; init; }
}
