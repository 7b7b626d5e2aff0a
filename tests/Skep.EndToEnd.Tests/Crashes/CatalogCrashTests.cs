using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Crashes;

/// <summary>What the control plane has acknowledged is in the catalog: namespaces, with files that can be written to, and uploads, which serve.</summary>
public sealed class CatalogCrashTests : CrashTest
{
    private const int PageSize = 100;

    private protected override int Clients => 2;

    private protected override int WritesBetweenKills => 10;

    private protected override string Code => """export default { fetch(request, env) { return new Response(env.VERSION) } };""";

    private protected override Task DeployAsync(SupervisedServer server) =>
        UploadAsync(server, """[{ "type": "plain_text", "name": "VERSION", "text": "none" }]""");

    // One makes namespaces, the other uploads.
    private protected override async Task<IReadOnlyList<string>> WriteAsync(CrashClient client, int number, string name)
    {
        if (number == 0)
        {
            using var made = await client.Server.Api.PostAsJsonAsync(new Uri($"{client.Server.Account}/storage/kv/namespaces"), new { title = name }, Cancellation);
            return made.IsSuccessStatusCode ? [$"namespace {name}"] : [];
        }

        using var uploaded = await client.Server.UploadAsync(Script, Code, $$"""[{ "type": "plain_text", "name": "VERSION", "text": "{{name}}" }]""");
        return uploaded.IsSuccessStatusCode ? [$"version {name}"] : [];
    }

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        Dictionary<string, string> ids = new(StringComparer.Ordinal);
        for (var page = 1; ; page++)
        {
            var listed = await client.Server.Api.GetFromJsonAsync<JsonElement>(new Uri($"{client.Server.Account}/storage/kv/namespaces?per_page={PageSize}&page={page}"), Cancellation);
            foreach (var each in listed.GetProperty("result").EnumerateArray()) ids.Add(each.GetProperty("title").GetString()!, each.GetProperty("id").GetString()!);
            if (listed.GetProperty("result").GetArrayLength() == 0) break;
        }

        Assert.Empty(acknowledged.Where(each => each.StartsWith("namespace ", StringComparison.Ordinal)).Select(each => each["namespace ".Length..]).Except(ids.Keys));
        foreach (var id in ids.Values)
        {
            using var put = await client.Server.Api.PutAsync(new Uri($"{client.Server.Account}/storage/kv/namespaces/{id}/values/key"), JsonContent.Create("value"), Cancellation);
            Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancellation));
        }

        // One uploads, one version after the other: the last that was acknowledged serves, or one that was under way when a process was killed.
        var last = acknowledged.Last(each => each.StartsWith("version ", StringComparison.Ordinal))["version ".Length..];
        var served = await client.PostAsync("/", "");
        Assert.True(Order(served).CompareTo(Order(last)) >= 0, $"{last} was acknowledged, {served} serves.");
    }

    private static (int Life, int Number) Order(string name)
    {
        var parts = name.Split('-');
        return (int.Parse(parts[0], CultureInfo.InvariantCulture), int.Parse(parts[2], CultureInfo.InvariantCulture));
    }
}
