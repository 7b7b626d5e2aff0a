using Skep.Testing;

namespace Skep.Runtime.Tests.Objects;

/// <summary>A client that leaves while an object still writes its answer: the object goes on for the others.</summary>
public sealed class ClientGoneTests
{
    [Theory]
    [InlineData("")]
    [InlineData("this.ctx.storage.put('key', this.count)")]
    public async Task What_is_written_for_it_later_is_lost_and_nothing_else(string store)
    {
        await using var world = await ObjectWorld.StartAsync(
            $$"""
            count = 0;
            fetch(request) {
              if (request.url.endsWith('/open')) {
                const { readable, writable } = new IdentityTransformStream();
                this.writer = writable.getWriter();
                this.writer.closed.catch(() => {});
                this.writer.write(new TextEncoder().encode('begun')).catch(() => {});
                return new Response(readable);
              }
              {{store}};
              this.writer.write(new TextEncoder().encode('more')).catch(() => {});
              return new Response(++this.count);
            }
            """,
            "try { return await env.THINGS.getByName('a').fetch(request) } catch (error) { return new Response(error.message) }");
        TestRequest leaving = new("/open");
        world.Worker.Worker.Fetch(leaving);
        while (!leaving.HasStarted) await Task.Yield();
        leaving.Abort();
        await leaving.Response.WaitAsync(TimeSpan.FromSeconds(20), TestContext.Current.CancellationToken);
        while (world.Find("a")!.Instance is { IsIdle: false }) await Task.Yield();
        for (var count = 1; count <= 3; count++) Assert.Equal($"{count}", await world.GetAsync());
        Assert.Empty(world.Worker.Observer.Errors);
    }
}
