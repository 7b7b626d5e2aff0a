using System.Collections.Frozen;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Skep.Abstractions.Events;
using Skep.Abstractions.Tracing;
using Skep.Control.Envelopes;

namespace Skep.Control.Tails;

/// <summary>Which events a tail shows: those that pass all of its filters
/// (https://developers.cloudflare.com/workers/wrangler/commands/#tail).</summary>
internal sealed class TailFilter
{
    private const string ClientIpHeader = "cf-connecting-ip";
    private const string Unknown = "unknown";

    // The client means the address that it calls from.
    private const string Self = "self";

    private static readonly FrozenDictionary<string, Func<JsonNode, string, Func<InvocationTrace, bool>>> Readers =
        new Dictionary<string, Func<JsonNode, string, Func<InvocationTrace, bool>>>(StringComparer.Ordinal)
        {
            ["sampling_rate"] = static (value, _) => Sampling(value),
            ["outcome"] = static (value, _) => Outcomes(value),
            ["method"] = static (value, _) => Methods(value),
            ["header"] = static (value, _) => Header(value),
            ["client_ip"] = Clients,
            ["query"] = static (value, _) => Search(value),
            ["scriptVersion"] = static (value, _) => Version(value),
        }.ToFrozenDictionary();

    private static readonly FrozenSet<string> OutcomeWords = FrozenSet.Create(
        StringComparer.Ordinal, "ok", "canceled", "exception", "exceededCpu", "exceededMemory", Unknown);

    private readonly List<Func<InvocationTrace, bool>> _all = [];

    /// <summary>Reads what the client asked for.</summary>
    /// <param name="filters">Objects of one or more members.</param>
    /// <param name="client">The address that it calls from.</param>
    /// <exception cref="ApiException">A filter is malformed or unknown.</exception>
    public TailFilter(JsonArray filters, IPAddress? client)
    {
        var address = client is { IsIPv4MappedToIPv6: true } ? client.MapToIPv4().ToString() : client?.ToString() ?? "";
        foreach (var filter in filters.Objects("filters"))
        {
            foreach (var (name, value) in filter)
            {
                if (!Readers.TryGetValue(name, out var reader))
                    throw ApiException.BadRequest($"There is no tail filter \"{name}\"; there are {string.Join(", ", Readers.Keys.Order(StringComparer.Ordinal))}.");
                _all.Add(reader(value ?? throw ApiException.BadRequest($"The tail filter \"{name}\" is null."), address));
            }
        }
    }

    /// <summary>True when the event is shown.</summary>
    public bool Passes(InvocationTrace trace)
    {
        foreach (var passes in _all)
        {
            if (!passes(trace)) return false;
        }

        return true;
    }

    private static Func<InvocationTrace, bool> Sampling(JsonNode value)
    {
        var rate = value.GetValueKind() == JsonValueKind.Number ? value.GetValue<double>() : double.NaN;
        if (rate is not (>= 0 and <= 1)) throw ApiException.BadRequest("\"sampling_rate\" must be a number from 0 to 1.");
        return _ => Random.Shared.NextDouble() < rate;
    }

    private static Func<InvocationTrace, bool> Outcomes(JsonNode value)
    {
        var wanted = Words(value, "outcome");
        if (wanted.FirstOrDefault(word => !OutcomeWords.Contains(word)) is { } strange)
            throw ApiException.BadRequest($"There is no outcome \"{strange}\"; there are {string.Join(", ", OutcomeWords.Order(StringComparer.Ordinal))}.");
        return trace => OutcomeNames.Of(trace.Outcome) is var name && wanted.Contains(OutcomeWords.Contains(name) ? name : Unknown);
    }

    private static Func<InvocationTrace, bool> Methods(JsonNode value)
    {
        var wanted = Words(value, "method", StringComparer.OrdinalIgnoreCase);
        return trace => trace.Event is FetchTraceEvent fetch && wanted.Contains(fetch.Method);
    }

    private static Func<InvocationTrace, bool> Header(JsonNode value)
    {
        var header = value as JsonObject ?? throw ApiException.BadRequest("\"header\" must be an object with \"key\" and, if wanted, \"query\".");
        var name = header.RequiredString("key").ToLowerInvariant();
        var part = header.OptionalString("query");
        return trace => trace.Event is FetchTraceEvent fetch && fetch.Header(name) is { } found
            && (part is null || found.Contains(part, StringComparison.OrdinalIgnoreCase));
    }

    private static Func<InvocationTrace, bool> Clients(JsonNode value, string self)
    {
        var wanted = Words(value, "client_ip").Select(each => each == Self ? self : each).ToFrozenSet(StringComparer.Ordinal);
        return trace => trace.Event is FetchTraceEvent fetch && fetch.Header(ClientIpHeader) is { } client && wanted.Contains(client);
    }

    private static Func<InvocationTrace, bool> Search(JsonNode value)
    {
        var text = Text(value, "query");
        return trace => trace.Logs.Any(log => Says(log, text));
    }

    // In what was written, not in how JSON escapes it.
    private static bool Says(TraceLog log, string text)
    {
        using var message = JsonDocument.Parse(log.Message);
        foreach (var argument in message.RootElement.EnumerateArray())
        {
            var said = argument.ValueKind == JsonValueKind.String ? argument.GetString()! : argument.GetRawText();
            if (said.Contains(text, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static Func<InvocationTrace, bool> Version(JsonNode value)
    {
        var id = Text(value, "scriptVersion");
        return trace => trace.VersionId.Equals(id, StringComparison.OrdinalIgnoreCase);
    }

    private static string Text(JsonNode value, string name) =>
        value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : throw ApiException.BadRequest($"\"{name}\" must be a string.");

    private static FrozenSet<string> Words(JsonNode value, string name, StringComparer? comparer = null) =>
        (value as JsonArray ?? throw ApiException.BadRequest($"\"{name}\" must be an array.")).Strings(name).ToFrozenSet(comparer ?? StringComparer.Ordinal);
}
