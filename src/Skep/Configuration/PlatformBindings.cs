using System.Collections.Immutable;
using Skep.Abstractions.Analytics;
using Skep.Abstractions.Hyperdrive;
using Skep.Abstractions.Workers;
using Skep.Diagnostics;

namespace Skep.Configuration;

/// <summary>The bindings to services that the platform reaches or keeps for Workers: <c>hyperdrive</c>, <c>analytics_engine_datasets</c>,
/// <c>vectorize</c>, <c>ai</c>, <c>send_email</c>.</summary>
internal static class PlatformBindings
{
    private const string LocalDatabase = "CLOUDFLARE_HYPERDRIVE_LOCAL_CONNECTION_STRING_";
    private const string LocalDatabaseOfOld = "WRANGLER_HYPERDRIVE_LOCAL_CONNECTION_STRING_";

    public static IEnumerable<Binding> Read(ConfigSection section, List<Diagnostic> diagnostics) => [.. Hyperdrives(section, diagnostics), .. Datasets(section, diagnostics), .. Indexes(section), .. Models(section), .. Email(section, diagnostics)];

    // As wrangler: in development the database is a local one, never the one that the configuration of that id leads to.
    private static IEnumerable<Binding> Hyperdrives(ConfigSection section, List<Diagnostic> diagnostics)
    {
        foreach (var each in section.Sections("hyperdrive", "binding", "id", "localConnectionString", "remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"HYPERDRIVE\".");
            if (each.String("binding") is not { } name) continue;
            var given = Environment.GetEnvironmentVariable(LocalDatabase + name) ?? Environment.GetEnvironmentVariable(LocalDatabaseOfOld + name) ?? each.String("localConnectionString");
            if (given is null)
            {
                diagnostics.Add(Diagnostic.Error(
                    $"There is no local database for the Hyperdrive binding \"{name}\"",
                    each.Node.Position,
                    $"Set the variable {LocalDatabase}{name}, or \"localConnectionString\", to the connection string of a PostgreSQL."));
                continue;
            }

            if (Parse(name, given, each, diagnostics) is { } origin) yield return new HyperdriveBinding(name, $"local/{name}") { Local = origin };
        }
    }

    private static IEnumerable<Binding> Indexes(ConfigSection section)
    {
        foreach (var each in section.Sections("vectorize", "binding", "index_name", "remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"VECTORIZE\".");
            each.Require("index_name", "Name the index: \"index_name\": \"my-index\".");
            if (each.String("binding") is { } name && each.String("index_name") is { } index) yield return new VectorizeBinding(name, index);
        }
    }

    private static IEnumerable<Binding> Models(ConfigSection section)
    {
        if (section.Section("ai", "binding", "staging", "remote") is not { } ai) yield break;
        ai.Require("binding", "Name the variable: \"binding\": \"AI\".");
        if (ai.String("binding") is { } name) yield return new AiBinding(name);
    }

    private static IEnumerable<Binding> Email(ConfigSection section, List<Diagnostic> diagnostics)
    {
        foreach (var each in section.Sections("send_email", "name", "destination_address", "allowed_destination_addresses", "allowed_sender_addresses", "remote"))
        {
            each.Require("name", "Name the variable: \"name\": \"EMAIL\".");
            if (each.Has("destination_address") && each.Has("allowed_destination_addresses"))
                diagnostics.Add(Diagnostic.Error("\"destination_address\" and \"allowed_destination_addresses\" exclude each other", each.PositionOf("destination_address"), "Leave one of them out."));
            if (each.String("name") is { } name)
                yield return new SendEmailBinding(name, each.String("destination_address"), Addresses(each, "allowed_destination_addresses"), Addresses(each, "allowed_sender_addresses"));
        }
    }

    private static ImmutableArray<string>? Addresses(ConfigSection section, string name) => section.Has(name) ? section.Strings(name) : null;

    private static IEnumerable<Binding> Datasets(ConfigSection section, List<Diagnostic> diagnostics)
    {
        foreach (var each in section.Sections("analytics_engine_datasets", "binding", "dataset", "remote"))
        {
            each.Require("binding", "Name the variable: \"binding\": \"EVENTS\".");
            if (each.String("binding") is not { } name) continue;
            var dataset = each.String("dataset") ?? name;
            if (AnalyticsPoint.IsDataset(dataset)) yield return new AnalyticsBinding(name, dataset);
            else diagnostics.Add(Diagnostic.Error($"A dataset cannot be called \"{dataset}\"", each.PositionOf("dataset"), "Use up to 64 letters, digits and underscores, beginning with no digit."));
        }
    }

    private static HyperdriveOrigin? Parse(string name, string given, ConfigSection section, List<Diagnostic> diagnostics)
    {
        try
        {
            // Of one revision for as long as it is the same: bindings of that name share a pool.
            return HyperdriveUrl.Parse($"local/{name}/{given}", given);
        }
        catch (FormatException wrong)
        {
            diagnostics.Add(Diagnostic.Error($"The connection string of the Hyperdrive binding \"{name}\" cannot be used: {wrong.Message}", section.Node.Position));
            return null;
        }
    }
}
