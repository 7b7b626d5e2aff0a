using System.Collections.Immutable;
using Skep.Abstractions.Workers;

namespace Skep.Configuration;

/// <summary><c>dispatch_namespaces</c>
/// (https://developers.cloudflare.com/workers/wrangler/configuration/#dispatch-namespace-bindings-workers-for-platforms). In
/// development there are no namespaces: the user Workers are the Workers that run beside this one.</summary>
internal static class DispatchNamespaceReader
{
    public static IEnumerable<DispatchNamespaceBinding> Read(ConfigSection section)
    {
        foreach (var each in section.Sections("dispatch_namespaces", "binding", "namespace", "outbound", "remote", "experimental_remote"))
        {
            each.Require("binding", "Name the property of env: \"binding\": \"DISPATCHER\".");
            each.Require("namespace", "Name the namespace: \"namespace\": \"production\".");
            if (each.String("binding") is not { } name || each.String("namespace") is not { } dispatchNamespace) continue;
            if (each.Section("outbound", "service", "environment", "parameters") is not { } outbound)
            {
                yield return new DispatchNamespaceBinding(name, dispatchNamespace);
                continue;
            }

            outbound.Require("service", "Name the outbound Worker: \"service\": \"my-outbound\".");
            if (outbound.String("service") is not { } service) continue;
            var environment = outbound.String("environment");
            ImmutableArray<string> parameters = [.. outbound.Strings("parameters")];
            yield return new DispatchNamespaceBinding(name, dispatchNamespace, environment is null or "production" ? service : $"{service}-{environment}", parameters);
        }
    }
}
