using System.Net.Http.Json;
using Skep.EndToEnd.Tests.Crashes;
using Skep.EndToEnd.Tests.Supervision;

namespace Skep.EndToEnd.Tests.Workflows;

/// <summary>Every instance that was created runs to its end, and no step that was recorded runs again.</summary>
public sealed class WorkflowCrashTests : CrashTest
{
    private const int CheckedAtOnce = 200;

    private protected override int Clients => 2;

    private protected override int WritesBetweenKills => 10;

    // A step that ran again would have made another number.
    private protected override string Code =>
        """
        import { WorkflowEntrypoint } from "cloudflare:workers";
        export class Steps extends WorkflowEntrypoint {
          async run(event, step) {
            const made = [];
            for (let i = 0; i < 5; i++) {
              made.push(await step.do("make", async () => crypto.randomUUID()));
              await step.sleep("pause", 30);
            }
            const first = await step.do("check", async () => made.join());
            if (first !== made.join()) throw new Error("A step ran again.");
            return event.payload.id;
          }
        }
        export default {
          fetch: refusable(async (request, env) => {
            if (request.method === "PUT") {
              const id = new URL(request.url).pathname.slice(1);
              return new Response((await env.STEPS.create({ id, params: { id } })).id);
            }
            const left = [];
            for (const id of (await request.text()).split(",")) {
              const { status, output, error } = await (await env.STEPS.get(id)).status();
              if (status === "errored" || (status === "complete" && output !== id)) return new Response(`${id} is ${status}: ${output} ${JSON.stringify(error)}`, { status: 500 });
              if (status !== "complete") left.push(id);
            }
            return new Response(left.join(","));
          }),
        };
        """;

    private protected override async Task DeployAsync(SupervisedServer server)
    {
        await UploadAsync(server, """[{ "type": "workflow", "name": "STEPS", "workflow_name": "steps", "class_name": "Steps" }]""");
        using var put = await server.Api.PutAsJsonAsync(new Uri($"{server.Account}/workflows/steps"), new { script_name = Script, class_name = "Steps" }, Cancellation);
        Assert.True(put.IsSuccessStatusCode, await put.Content.ReadAsStringAsync(Cancellation));
    }

    private protected override async Task CheckAsync(CrashClient client, IReadOnlyList<string> acknowledged)
    {
        foreach (var ids in acknowledged.Chunk(CheckedAtOnce))
        {
            for (var left = string.Join(',', ids); left != "";) left = await client.PostAsync("/", left);
        }
    }
}
