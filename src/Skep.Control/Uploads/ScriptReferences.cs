using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;
using Skep.Control.Envelopes;
using Skep.Control.Tails;

namespace Skep.Control.Uploads;

/// <summary>Which scripts need which others, by what is deployed.</summary>
internal static class ScriptReferences
{
    private enum Kind
    {
        Service,
        Outbound,
    }

    /// <summary>One script's need of another.</summary>
    /// <param name="Script">Who.</param>
    /// <param name="Target">Needs whom.</param>
    /// <param name="Binding">By which binding.</param>
    /// <param name="Kind">As what.</param>
    /// <param name="Namespace">Of an outbound Worker, the dispatch namespace.</param>
    private sealed record Reference(string Script, string Target, string Binding, Kind Kind, string? Namespace = null);

    /// <summary>Who is bound to a script, and what it is bound to, as <c>wrangler delete</c> asks for it.</summary>
    public static async Task<JsonObject> DescribeAsync(string script, ICatalog catalog)
    {
        var all = await AllAsync(catalog);
        JsonArray incoming = [.. all.Where(each => each.Kind == Kind.Service && each.Target == script && each.Script != script).Select(each => Service(each.Script, each.Binding))];
        JsonArray outgoing = [.. all.Where(each => each.Kind == Kind.Service && each.Script == script).Select(each => Service(each.Target, each.Binding))];
        JsonArray outbounds =
        [
            .. all.Where(each => each.Kind == Kind.Outbound && each.Target == script).Select(each => new JsonObject
            {
                ["namespace"] = each.Namespace, ["service"] = each.Script, ["environment"] = ServiceBindings.Production,
            }),
        ];
        JsonObject described = [];
        if (incoming.Count + outgoing.Count > 0) described["services"] = new JsonObject { ["incoming"] = incoming, ["outgoing"] = outgoing };
        if (outbounds.Count > 0) described["dispatch_outbounds"] = outbounds;
        return described;
    }

    /// <summary>The other scripts that fail without this one, in words.</summary>
    public static async Task<IReadOnlyList<string>> DependentsAsync(string script, ICatalog catalog) =>
    [
        .. (await AllAsync(catalog)).Where(each => each.Target == script && each.Script != script)
            .Select(each => each.Kind == Kind.Service ? $"{each.Script} (service binding {each.Binding})" : $"{each.Script} (outbound Worker of {each.Binding})"),
        .. (await TailConsumerSettings.ProducersAsync(script, catalog)).Select(producer => $"{producer} (tail Worker)"),
    ];

    private static async Task<HashSet<Reference>> AllAsync(ICatalog catalog)
    {
        HashSet<Reference> all = [];
        foreach (var deployment in await catalog.ListActiveDeploymentsAsync())
        {
            foreach (var share in deployment.Versions)
            {
                if (await catalog.FindVersionAsync(deployment.Script, share.VersionId) is not { } version) continue;
                foreach (var binding in BindingMerge.Bindings(version))
                {
                    var name = binding.RequiredString("name");
                    if (ServiceBindings.IsService(binding)) all.Add(new Reference(deployment.Script, binding.RequiredString("service"), name, Kind.Service));
                    else if (DispatchBindings.OutboundOf(binding) is { } outbound) all.Add(new Reference(deployment.Script, outbound, name, Kind.Outbound, binding.RequiredString("namespace")));
                }
            }
        }

        return all;
    }

    private static JsonObject Service(string service, string name) => new() { ["name"] = name, ["service"] = service, ["environment"] = ServiceBindings.Production };
}
