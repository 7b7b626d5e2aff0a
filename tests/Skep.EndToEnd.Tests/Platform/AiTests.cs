using Skep.Testing;

namespace Skep.EndToEnd.Tests.Platform;

public sealed class AiTests
{
    private const string Code = """
        export default {
          async fetch(request, env) {
            const { AI } = env;
            const results = [];
            results.push((await AI.run("@cf/x", { prompt: "Hi" })).response, (await AI.run("@cf/x", { text: ["a", "b"] })).data);
            const stream = await AI.run("@cf/x", { messages: [{ role: "user", content: "Hi" }], stream: true });
            results.push(stream instanceof ReadableStream, (await new Response(stream).text()).split("\n\n").length);
            const raw = await AI.run("@cf/x", { prompt: "Hi" }, { returnRawResponse: true });
            results.push(raw.status, (await raw.json()).response, AI.lastRequestHttpStatusCode);
            results.push(await AI.run("@cf/x", { image: [] }).catch((error) => `${error.name} ${error.message.slice(0, 29)}`));
            results.push((await AI.models()).map((model) => model.name));
            return Response.json(results);
          },
        };
        """;

    [Fact]
    public async Task Workers_run_models_of_an_OpenAI_compatible_endpoint()
    {
        using FakeModels models = new();
        await using var project = await ServedProject.StartAsync("--ai-url", models.Url, "--ai-model", "*=m1", "--ai-model", "@cf/y=m2");
        await project.DeployAsync(""" "ai": { "binding": "AI" } """, Code);
        Assert.Equal(
            """["Hello",[[1,2],[3,4]],true,5,200,"Hello",200,"InferenceUpstreamError 8001: AiError: Invalid input:",["@cf/y"]]""",
            await project.GetAsync("/"));
        Assert.Equal("m1", models.Asked[0]["model"]!.GetValue<string>());
    }

    [Fact]
    public async Task Without_an_endpoint_a_worker_hears_so()
    {
        await using var project = await ServedProject.StartAsync();
        await project.DeployAsync(
            """ "ai": { "binding": "AI" } """, "export default { fetch: (request, env) => env.AI.run('@cf/x', { prompt: 'Hi' }).then(Response.json, (error) => new Response(error.message)) };");
        Assert.StartsWith("3043: AiError: no AI endpoint is configured here.", await project.GetAsync("/"), StringComparison.Ordinal);
    }
}
