using Skep.Abstractions.Events;
using Skep.Abstractions.Workers;

namespace Skep.Runtime.Tests.Objects;

/// <summary>Objects of user Workers: what the dispatcher decides holds for them too, as long as anything comes of it.</summary>
public sealed class UserObjectTests
{
    // The one Worker is its own dispatcher, and its own outbound Worker.
    private const string Handler =
        """
        const { host, pathname } = new URL(request.url);
        if (host === 'origin') return new Response(`by the outbound of ${env.customer}`);
        if (host !== 'user') try { return await env.DISPATCHER.get('alice', {}, { limits: { subRequests: 3, cpuMs: 200 }, outbound: { customer: 'c1' } }).fetch(`http://user${pathname}`) } catch (error) { return new Response(error.message) }
        const thing = env.THINGS.getByName('a');
        return pathname === '/call' ? new Response(await thing.call()) : thing.fetch(request);
        """;

    private const string Body =
        """
        async ask() { try { return await (await fetch('http://origin/')).text() } catch (error) { return error.message } }
        call() { return this.ask() }
        async alarm() { await this.ctx.storage.put('rang', await this.ask()) }
        async fetch(request) {
          const { pathname } = new URL(request.url);
          if (pathname === '/alarm') { await this.ctx.storage.setAlarm(4000000000000); return new Response('set') }
          if (pathname === '/rang') return new Response(await this.ctx.storage.get('rang'));
          if (pathname === '/timer') { const { promise, resolve } = Promise.withResolvers(); setTimeout(async () => resolve(await this.ask()), 1); return new Response(await promise) }
          if (pathname === '/spin') for (;;) {}
          if (pathname === '/many') { const said = []; for (let i = 0; i < 4; i++) said.push(await this.ask()); return new Response(said.pop()) }
          return new Response(await this.ask());
        }
        """;

    [Theory]
    [InlineData("/")]
    [InlineData("/call")]
    [InlineData("/timer")]
    public async Task What_an_object_sends_goes_to_the_outbound_Worker(string path)
    {
        await using var world = await StartAsync("customers/alice");
        Assert.Equal("by the outbound of c1", await world.GetAsync(path));
    }

    [Fact]
    public async Task An_event_of_an_object_has_the_limits_of_its_dispatch()
    {
        await using var world = await StartAsync("customers/alice");
        Assert.StartsWith("Too many subrequests by single Worker invocation.", await world.GetAsync("/many"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nor_can_it_compute_for_longer()
    {
        await using var world = await StartAsync("customers/alice");
        Assert.Equal("Worker exceeded CPU time limit.", await world.GetAsync("/spin"));
    }

    [Fact]
    public async Task An_alarm_has_the_terms_of_whoever_set_it_when_nothing_of_the_object_is_left_in_memory()
    {
        await using var world = await StartAsync("customers/alice");
        Assert.Equal("set", await world.GetAsync("/alarm"));
        await world.EvictAsync("a");
        Assert.Null(world.Find("a"));
        await world.AlarmAsync("a", DateTimeOffset.FromUnixTimeMilliseconds(4_000_000_000_000));
        Assert.Equal("by the outbound of c1", await world.GetAsync("/rang"));
    }

    [Fact]
    public void Terms_are_read_as_they_were_written()
    {
        InvocationTerms[] all =
        [
            new(),
            new() { CpuTime = TimeSpan.FromMilliseconds(10), Subrequests = 0 },
            new() { OutboundService = "egress", OutboundEnvironment = new byte[] { 255, 15, 1 }, Environment = new byte[] { 1 } },
        ];
        Assert.All(all, terms => Assert.Equal(terms.ToBytes(), InvocationTerms.FromBytes(terms.ToBytes())!.ToBytes()));
        var read = InvocationTerms.FromBytes(all[2].ToBytes())!;
        Assert.Equal((null, null, "egress", 3, 1), (read.CpuTime, read.Subrequests, read.OutboundService, read.OutboundEnvironment.Length, read.Environment.Length));
        Assert.Equal(TimeSpan.FromMilliseconds(10), InvocationTerms.FromBytes(all[1].ToBytes())!.CpuTime);
        Assert.Null(InvocationTerms.FromBytes(default));
        Assert.Throws<InvalidDataException>(() => InvocationTerms.FromBytes(all[2].ToBytes().AsMemory(0, 20)));
    }

    private static Task<ObjectWorld> StartAsync(string name) => ObjectWorld.StartAsync(
        Body, Handler, version: version => version with
        {
            Name = name,
            Bindings = [.. version.Bindings, new DispatchNamespaceBinding("DISPATCHER", "customers", "outbound", ["customer"])],
        });
}
