using Skep.Testing;

namespace Skep.Runtime.Tests.Fetch;

/// <summary>What of a body that JavaScript makes is sent at a time.</summary>
public sealed class ResponseFlushTests
{
    private const int Chunk = 64 << 10;

    [Fact]
    public async Task Full_buffers_are_sent_and_the_last_goes_with_the_end()
    {
        var request = await StreamAsync(chunks: 16, Chunk);
        Assert.Equal([8 * Chunk], request.Flushes);
    }

    [Fact]
    public async Task A_chunk_that_fills_several_buffers_does_not_wait_for_more()
    {
        var request = await StreamAsync(chunks: 2, 16 * Chunk);
        Assert.Equal([16 * Chunk, 16 * Chunk], request.Flushes);
    }

    [Fact]
    public async Task Less_is_kept_for_a_client_that_did_not_take_all_at_once()
    {
        SlowClient client = new();
        var request = await StreamAsync(chunks: 32, Chunk, client: client);
        Assert.Equal(8 * Chunk, request.Flushes[0]);
        Assert.All(request.Flushes.Skip(1), size => Assert.InRange(size, 1, 3 * Chunk));
    }

    [Fact]
    public async Task What_a_turn_leaves_is_sent_at_its_end()
    {
        var request = await StreamAsync(chunks: 3, 100, "await scheduler.wait(1)");
        Assert.Equal([100, 100], request.Flushes);
    }

    private static async Task<TestRequest> StreamAsync(int chunks, int size, string between = "", SlowClient? client = null)
    {
        await using var worker = await TestWorker.HandlingAsync(
            $$"""
            let left = {{chunks}};
            return new Response(new ReadableStream({
              async pull(controller) {
                controller.enqueue(new Uint8Array({{size}}));
                if (--left === 0) controller.close();
                {{between}}
              },
            }));
            """);
        TestRequest request = new(client: client);
        worker.Worker.Fetch(request);
        var length = client is null ? (await request.Response).Body.Length : await client.DrainAsync();
        Assert.Equal(chunks * size, length);
        return request;
    }
}
