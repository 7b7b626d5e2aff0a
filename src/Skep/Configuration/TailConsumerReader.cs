namespace Skep.Configuration;

/// <summary><c>tail_consumers</c>
/// (https://developers.cloudflare.com/workers/wrangler/configuration/#tail-consumers).</summary>
internal static class TailConsumerReader
{
    public static IEnumerable<string> Read(ConfigSection section)
    {
        foreach (var each in section.Sections("tail_consumers", "service", "environment"))
        {
            each.Require("service", "Name the tail Worker: \"service\": \"my-logger\".");
            if (each.String("service") is not { } service) continue;
            yield return each.String("environment") is { } environment and not "production" ? $"{service}-{environment}" : service;
        }
    }
}
