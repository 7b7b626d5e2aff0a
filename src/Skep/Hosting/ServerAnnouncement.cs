using Skep.Abstractions.Catalog;
using Skep.Control;
using Skep.Output;
using Skep.Settings;

namespace Skep.Hosting;

/// <summary>What <c>skep serve</c> says when it is ready; at its first start also the token, this once.</summary>
internal static class ServerAnnouncement
{
    public static async Task WriteAsync(
        Terminal terminal, DataFolder data, SettingValues settings, ControlOptions control, int port, Uri api, int deployed, TimeProvider time)
    {
        var took = StartTime.SinceProcessStart();
        await terminal.WriteAsync(style =>
            $"{style.Bold("skep")} {deployed} workers at {style.Cyan($"http://<name>.{settings.Text(ServeSettings.Domain)}:{port}")} {style.Dim($"ready in {Duration.Format(took)}")}");
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
