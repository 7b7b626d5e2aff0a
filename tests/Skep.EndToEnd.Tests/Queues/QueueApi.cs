using System.Text.Json;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Queues;

/// <summary>Calls of the API about queues.</summary>
internal static class QueueApi
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Makes a queue; returns its id.</summary>
    public static async Task<string> CreateAsync(SupervisedServer server, string name) =>
        (await PostAsync(server, "queues", $$"""{ "queue_name": "{{name}}" }""")).GetProperty("queue_id").GetString()!;

    /// <summary>The result of a POST below the account, which must succeed.</summary>
    public static async Task<JsonElement> PostAsync(SupervisedServer server, string path, string body)
    {
        using StringContent content = new(body);
        using var response = await server.Api.PostAsync(new Uri($"{server.Account}/{path}"), content, Cancellation);
        var text = await response.Content.ReadAsStringAsync(Cancellation);
        Assert.True(response.IsSuccessStatusCode, text);
        return JsonDocument.Parse(text).RootElement.GetProperty("result");
    }
}
