using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Skep.Abstractions.Email;
using Skep.Abstractions.Workers;
using Skep.Control.Envelopes;

namespace Skep.Control.Uploads;

/// <summary>The right to send email (https://developers.cloudflare.com/email-service/configuration/send-bindings/).</summary>
internal static class EmailBindings
{
    private const string Destination = "destination_address";
    private const string Destinations = "allowed_destination_addresses";
    private const string Senders = "allowed_sender_addresses";

    /// <exception cref="ApiException">It is malformed.</exception>
    public static SendEmailBinding Read(string name, JsonObject from)
    {
        if (from[Destination] is not null && from[Destinations] is not null)
            throw ApiException.Invalid($"The email binding \"{name}\" has both \"{Destination}\" and \"{Destinations}\"; leave one of them out.");
        return new SendEmailBinding(name, from.OptionalString(Destination) is { } only ? Check(name, only) : null, Addresses(name, from, Destinations), Addresses(name, from, Senders));
    }

    private static ImmutableArray<string>? Addresses(string name, JsonObject from, string key) => from[key] is null
        ? null
        : [.. from.OptionalArray(key).Select(each => Check(name, each is JsonValue value && value.TryGetValue<string>(out var address) ? address : each?.ToJsonString() ?? "null"))];

    private static string Check(string name, string address) =>
        EmailAddress.IsValid(address) ? address : throw ApiException.Invalid($"The email binding \"{name}\" has \"{address}\", which is not an email address.");
}
