using System.Collections.Immutable;

namespace Skep.Abstractions.Workers;

/// <summary>The right to send email (<c>send_email</c>).</summary>
/// <param name="Name">The JavaScript name.</param>
/// <param name="Destination">The only address that it may be sent to, and is when nobody says another; null for no such.</param>
/// <param name="Destinations">The addresses that it may be sent to; null for all.</param>
/// <param name="Senders">The addresses that it may come from; null for all.</param>
public sealed record SendEmailBinding(string Name, string? Destination, ImmutableArray<string>? Destinations, ImmutableArray<string>? Senders) : Binding(Name);
