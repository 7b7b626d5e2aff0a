using Skep.Abstractions.Workers;

namespace Skep.Configuration;

/// <summary><c>services</c>: bindings to other Workers
/// (https://developers.cloudflare.com/workers/wrangler/configuration/#service-bindings).</summary>
internal static class ServiceBindingReader
{
    public static IEnumerable<ServiceBinding> Read(ConfigSection section)
    {
        foreach (var service in section.Sections("services", "binding", "service", "environment", "entrypoint", "props", "remote"))
        {
            service.Require("binding", "Name the property of env: \"binding\": \"API\".");
            service.Require("service", "Name the Worker: \"service\": \"my-api\".");
            if (service.String("binding") is not { } name || service.String("service") is not { } target) continue;
            var environment = service.String("environment");
            yield return new ServiceBinding(
                name,
                environment is null or "production" ? target : $"{target}-{environment}",
                service.String("entrypoint"),
                service.Node.Find("props") is { Value: ConfigObject props } ? ConfigJson.Write(props) : null);
        }
    }
}
