using Skep.Abstractions.Catalog;
using Skep.Control;
using Skep.Edge.Listeners;
using Skep.Output;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary>What <c>skep serve</c> says when it is ready; at its first start also the token, this once.</summary>
internal sealed class ServerAnnouncement(Terminal terminal, DataFolder data, SettingValues settings, ControlOptions control, TimeProvider time)
{
    /// <param name="listening">Where clients connect.</param>
    /// <param name="listener">What was asked for.</param>
    /// <param name="api">Where wrangler connects.</param>
    /// <param name="deployed">How many scripts are served.</param>
    public async Task WriteAsync(IReadOnlyList<ListeningEndpoint> listening, ListenerOptions listener, Uri api, int deployed)
    {
        var took = StartTime.SinceProcessStart();
        await terminal.WriteAsync(style =>
            $"{style.Bold("skep")} {deployed} workers at {style.Cyan(ListeningLines.Url(listening[0], $"<name>.{settings.Text(ServeSettings.Domain)}"))} {style.Dim($"ready in {Duration.Format(took)}")}"
            + ListeningLines.Further(style, listening, listener));
        await terminal.WriteAsync(style =>
            $"  wrangler deploys here with\n    export CLOUDFLARE_API_BASE_URL={api.GetLeftPart(UriPartial.Authority)}/client/v4\n    export CLOUDFLARE_ACCOUNT_ID={control.AccountId}");
        if (await data.Catalog.ListTokensAsync() is { Count: > 0 })
        {
            await terminal.WriteAsync(style => style.Dim($"    and CLOUDFLARE_API_TOKEN (a new one: skep token create --data {data.Path})"));
            return;
        }

        var (_, secret) = await data.CreateTokenAsync("first", TokenAccess.Edit, [], time.GetUtcNow());
        await terminal.WriteAsync(style => $"    export CLOUDFLARE_API_TOKEN={secret}   {style.Yellow("# shown this once")}");
    }
}
