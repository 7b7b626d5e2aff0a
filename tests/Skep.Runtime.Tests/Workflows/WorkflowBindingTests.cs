using Skep.Abstractions.Workers;
using Skep.Abstractions.Workflows;

namespace Skep.Runtime.Tests.Workflows;

/// <summary>What a binding to a Workflow asks of the store (https://developers.cloudflare.com/workflows/build/workers-api/).</summary>
public sealed class WorkflowBindingTests
{
    [Theory]
    [InlineData("restart()", "Restart")]
    [InlineData("restart({})", "Restart")]
    [InlineData("restart({ from: { name: 'charge' } })", "Restart from charge 1 Do")]
    [InlineData("restart({ from: { name: 'wait', count: 3, type: 'waitForEvent' } })", "Restart from wait 3 WaitForEvent")]
    [InlineData("terminate()", "Terminate")]
    [InlineData("terminate({ rollback: false })", "Terminate")]
    [InlineData("terminate({ rollback: true })", "Terminate with rollback")]
    [InlineData("pause()", "Pause")]
    [InlineData("delete()", "Delete")]
    public async Task An_instance_is_changed(string call, string asked)
    {
        Store store = new();
        Assert.Equal("\"done\"", await RunAsync(store, $"await (await env.ORDERS.get('one')).{call}; return 'done'"));
        Assert.Equal(asked, Assert.Single(store.Asked));
    }

    [Theory]
    [InlineData("restart({ from: 'charge' })", "An instance is restarted from a step: restart({ from: { name: \"…\" } }).")]
    [InlineData("restart({ from: { count: 1 } })", "The step to restart from needs a name: restart({ from: { name: \"…\" } }).")]
    [InlineData("restart({ from: { name: 'charge', count: 0 } })", "from.count must be a positive integer.")]
    [InlineData("restart({ from: { name: 'charge', type: '__proto__' } })", "from.type must be \"do\", \"sleep\" or \"waitForEvent\".")]
    public async Task What_names_no_step_is_refused(string call, string message)
    {
        Store store = new();
        Assert.Equal($"\"{message.Replace("\"", "\\\"", StringComparison.Ordinal)}\"", await RunAsync(store, $"try {{ await (await env.ORDERS.get('one')).{call}; }} catch (error) {{ return error.message }}"));
        Assert.Empty(store.Asked);
    }

    [Fact]
    public async Task An_instance_that_is_not_there_cannot_be_deleted()
    {
        Store store = new() { Found = false };
        Assert.Equal("\"instance.not_found\"", await RunAsync(store, "try { await (await env.ORDERS.get('one')).delete(); } catch (error) { return error.message }"));
    }

    [Fact]
    public async Task How_long_instances_are_kept_goes_with_them()
    {
        Store store = new();
        await RunAsync(store, """
            await env.ORDERS.create({ id: "a", retention: { successRetention: "1 hour", errorRetention: 5000 }, locationHint: "weur" });
            await env.ORDERS.createBatch({ count: 2, params: 1, retention: { errorRetention: "2 days" } });
            await env.ORDERS.createBatch([{ id: "b" }]);
            return 1
            """);
        Assert.Equal([new WorkflowRetention(3_600_000, 5000), new WorkflowRetention(null, 172_800_000), new WorkflowRetention(null, 172_800_000), null], store.Made.Select(each => each.Retention));
        Assert.Equal("\"retention must be an object: { successRetention, errorRetention }.\"", await RunAsync(store, "try { await env.ORDERS.create({ retention: '3 days' }) } catch (error) { return error.message }"));
        Assert.Equal("\"retention.errorRetention is no duration: \\\"soon\\\". Give milliseconds, or a text such as \\\"10 seconds\\\", \\\"5 minutes\\\", \\\"1 day\\\".\"", await RunAsync(store, "try { await env.ORDERS.create({ retention: { errorRetention: 'soon' } }) } catch (error) { return error.message }"));
    }

    [Fact]
    public async Task The_status_says_what_became_of_the_undoing()
    {
        Store store = new() { Rollback = new WorkflowRollback(new WorkflowFailure("Error", "why"), false) { IsComplete = false, Error = new WorkflowFailure("TypeError", "cannot") } };
        Assert.Equal(
            """{"status":"errored","error":{"name":"Error","message":"why"},"rollback":{"outcome":"failed","error":{"name":"TypeError","message":"cannot"}}}""",
            await RunAsync(store, "return await (await env.ORDERS.get('one')).status()"));
    }

    private static async Task<string> RunAsync(Store store, string body)
    {
        WorkerVersion version = new()
        {
            Name = "shop",
            MainModule = "main.js",
            Modules = [TestWorker.Module("main.js", $$"""export default { async fetch(request, env) { return Response.json(await (async () => { {{body}} })()) } }""")],
            Bindings = [new WorkflowBinding("ORDERS", "order", "Order")],
        };
        await using var worker = await TestWorker.StartAsync(version, services => services with { Workflows = new WorkflowServices(store, null!) });
        return (await worker.GetAsync()).Text;
    }

    private sealed class Store : IWorkflowStore
    {
        public List<string> Asked { get; } = [];

        public List<NewWorkflowInstance> Made { get; } = [];

        public bool Found { get; init; } = true;

        public WorkflowRollback? Rollback { get; init; }

        public ValueTask<IReadOnlyList<string?>> CreateAsync(string workflow, IReadOnlyList<NewWorkflowInstance> instances, string trigger)
        {
            Made.AddRange(instances);
            return new([.. instances.Select(each => each.Id ?? "random")]);
        }

        public ValueTask<WorkflowInstance> GetAsync(string workflow, string id) => new(new WorkflowInstance
        {
            Workflow = workflow,
            Id = id,
            Status = Rollback is null ? WorkflowStatus.Running : WorkflowStatus.Errored,
            Params = new WorkflowValue(null, null),
            Trigger = "api",
            CreatedOn = default,
            ModifiedOn = default,
            Error = Rollback?.Cause,
            Rollback = Rollback,
        });

        public ValueTask ChangeAsync(string workflow, string id, WorkflowChange change, WorkflowChangeOptions? options = null)
        {
            Asked.Add($"{change}{(options?.From is { } from ? $" from {from.Name} {from.Count} {from.Kind}" : "")}{(options is { Rollback: true } ? " with rollback" : "")}");
            return default;
        }

        public ValueTask SendEventAsync(string workflow, string id, string type, WorkflowValue payload) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<bool>> DeleteAsync(string workflow, IReadOnlyList<string> ids)
        {
            if (Found) Asked.Add("Delete");
            return new([.. ids.Select(_ => Found)]);
        }
    }
}
