using Skep.Abstractions.Workers;

namespace Skep.Configuration;

/// <summary><c>worker_loaders</c> (https://developers.cloudflare.com/dynamic-workers/).</summary>
internal static class WorkerLoaderReader
{
    public static IEnumerable<WorkerLoaderBinding> Read(ConfigSection section)
    {
        foreach (var each in section.Sections("worker_loaders", "binding"))
        {
            each.Require("binding", "Name the property of env: \"binding\": \"LOADER\".");
            if (each.String("binding") is { } name) yield return new WorkerLoaderBinding(name);
        }
    }
}
