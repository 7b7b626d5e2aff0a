using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Workers;

/// <summary><c>env</c>.</summary>
public sealed class EnvironmentTests
{
    private static readonly Binding[] Bindings =
        [new TextBinding("TEXT", "a\"b\n€"), new JsonBinding("CONFIG", """{"list":[1,{"x":null}]}"""), new SecretTextBinding("SECRET", "s")];

    [Fact]
    public async Task Holds_the_version_s_variables()
    {
        await using var worker = await StartAsync("export default { fetch: (request, env) => Response.json(env) }");
        Assert.Equal("""200 {"TEXT":"a\"b\n€","CONFIG":{"list":[1,{"x":null}]},"SECRET":"s"}""", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task Is_the_same_everywhere()
    {
        await using var worker = await StartAsync(
            """
            import { env as shared, WorkerEntrypoint } from "cloudflare:workers";
            const early = shared.TEXT;
            export default class extends WorkerEntrypoint { fetch() { return Response.json([this.env.TEXT === shared.TEXT, early === shared.TEXT]) } }
            """);
        Assert.Equal("200 [true,true]", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_version_can_keep_its_modules_from_importing_it()
    {
        await using var worker = await TestWorker.StartAsync(
            """
            import { env as imported } from "cloudflare:workers";
            export default { fetch: (request, env) => Response.json([Object.keys(imported), env.TEXT]) }
            """,
            with: version => version with { Bindings = [new TextBinding("TEXT", "a")], CompatibilityFlags = ["disallow_importable_env"] });
        Assert.Equal("""200 [[],"a"]""", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public void A_secret_is_not_shown_by_its_description() =>
        Assert.DoesNotContain("hidden", new SecretTextBinding("S", "hidden").ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task A_worker_without_variables_has_an_empty_one()
    {
        await using var worker = await TestWorker.HandlingAsync("return Response.json(env)");
        Assert.Equal("200 {}", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task Names_that_objects_have_already_are_variables_too()
    {
        await using var worker = await TestWorker.StartAsync(
            "export default { fetch: (request, env) => Response.json([Object.keys(env), env.toString, Object.getPrototypeOf(env) === Object.prototype]) }",
            with: version => version with { Bindings = [new TextBinding("__proto__", "1"), new TextBinding("toString", "2")] });
        Assert.Equal("""200 [["__proto__","toString"],"2",true]""", (await worker.GetAsync()).ToString());
    }

    private static Task<TestWorker> StartAsync(string script) => TestWorker.StartAsync(script, with: version => version with { Bindings = [.. Bindings] });
}
