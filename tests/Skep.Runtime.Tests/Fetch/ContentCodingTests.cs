using System.IO.Compression;
using System.Text;
using Skep.Testing;

namespace Skep.Runtime.Tests.Fetch;

/// <summary>Coded bodies pass as they are, are decoded when JavaScript reads them, and are made when a response says so.</summary>
public sealed class ContentCodingTests
{
    private static readonly string Text = string.Concat(Enumerable.Repeat("honey ", 20_000));

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("GZIP, br")]
    public async Task A_response_that_is_passed_on_keeps_its_coding_and_its_bytes(string coding)
    {
        var coded = Encode(Text, coding);
        await using var worker = await TestWorker.HandlingAsync("return fetch('http://origin/')", channel: Answering(coded, coding));
        var response = await worker.SendAsync(Accepting("gzip, br, deflate"));
        Assert.Equal(coding, response.Header("content-encoding"));
        Assert.Equal(coded, response.Body);
        Assert.Equal(coded.Length, response.ContentLength);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("br")]
    [InlineData("deflate")]
    [InlineData("gzip, br")]
    public async Task JavaScript_reads_decoded_bytes_and_sees_the_headers_as_they_came(string coding)
    {
        await using var worker = await TestWorker.HandlingAsync(
            """
            const response = await fetch('http://origin/');
            const copy = response.clone();
            let length = 0;
            for await (const chunk of copy.body) length += chunk.length;
            return Response.json([response.headers.get('content-encoding'), (await response.text()).length, length]);
            """,
            channel: Answering(Encode(Text, coding), coding));
        Assert.Equal($"""200 ["{coding}",{Text.Length},{Text.Length}]""", (await worker.GetAsync()).ToString());
    }

    [Theory]
    [InlineData("return fetch('http://origin/')", "identity")]
    [InlineData("return fetch('http://origin/')", "gzip;q=0, *")]
    [InlineData("const r = await fetch('http://origin/'); return new Response(r.body)", "gzip")]
    [InlineData("const r = await fetch('http://origin/'); return new Response(await r.text(), r)", null)]
    [InlineData("const r = await fetch('http://origin/'); return new Response(r.body.pipeThrough(new TransformStream()), r)", null)]
    public async Task A_client_gets_the_plain_body_when_it_or_the_worker_wants_no_coding(string handler, string? accepted)
    {
        await using var worker = await TestWorker.HandlingAsync(handler, channel: Answering(Encode(Text, "gzip"), "gzip"));
        var response = await worker.SendAsync(Accepting(accepted));
        Assert.Null(response.Header("content-encoding"));
        Assert.Equal(Text, response.Text);
    }

    [Theory]
    [InlineData("new Response(text, { headers: { 'content-encoding': 'gzip' } })", "gzip")]
    [InlineData("new Response(text, { headers: { 'content-encoding': 'br' } })", "br")]
    [InlineData("new Response(new TextEncoder().encode(text), { headers: { 'content-encoding': 'gzip' } })", "gzip")]
    [InlineData("new Response(new Blob([text]).stream(), { headers: { 'content-encoding': 'gzip' } })", "gzip")]
    [InlineData("new Response(new Blob([text]).stream().pipeThrough(new TransformStream()), { headers: { 'content-encoding': 'br' } })", "br")]
    [InlineData("new Response((await fetch('http://origin/')).body, { headers: { 'content-encoding': 'br' } })", "br")]
    public async Task A_response_that_names_a_coding_is_coded_on_its_way_out(string response, string coding)
    {
        await using var worker = await TestWorker.HandlingAsync(
            "const text = 'honey '.repeat(20000); return " + response, channel: Answering(Encode(Text, "gzip"), "gzip"));
        var answer = await worker.SendAsync(Accepting("br, gzip"));
        Assert.Equal(coding, answer.Header("content-encoding"));
        Assert.Equal(Text, Decode(answer.Body, coding));
        Assert.True(answer.Body.Length < Text.Length / 10);
    }

    [Theory]
    [InlineData("new Response('coded', { encodeBody: 'manual', headers: { 'content-encoding': 'gzip' } })")]
    [InlineData("new Response('coded', { headers: { 'content-encoding': 'zstd' } })")]
    [InlineData("new Response('coded', { status: 206, headers: { 'content-encoding': 'gzip' } })")]
    public async Task Bytes_that_are_coded_already_are_left_alone(string response)
    {
        await using var worker = await TestWorker.HandlingAsync("return " + response);
        var answer = await worker.SendAsync(Accepting("gzip"));
        Assert.NotNull(answer.Header("content-encoding"));
        Assert.Equal("coded", answer.Text);
    }

    [Theory]
    [InlineData(206, "gzip")]
    [InlineData(200, "zstd")]
    [InlineData(200, "gzip, gzip, gzip, gzip")]
    public async Task What_cannot_be_decoded_is_read_as_it_is(int status, string coding)
    {
        await using var worker = await TestWorker.HandlingAsync(
            "return new Response(await (await fetch('http://origin/')).text())", channel: Answering("raw"u8.ToArray(), coding, status));
        Assert.Equal("200 raw", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_body_that_is_not_what_its_coding_says_rejects()
    {
        await using var worker = await TestWorker.HandlingAsync(
            "return new Response(await (await fetch('http://origin/')).text().catch(String))", channel: Answering("not gzip at all"u8.ToArray(), "gzip"));
        Assert.Equal("200 TypeError: The body is not what its content-encoding says.", (await worker.GetAsync()).ToString());
    }

    [Fact]
    public async Task A_decoded_body_is_what_another_request_sends()
    {
        FakeChannel channel = new(async (request, cancellation) => request.Method == "GET"
            ? new FakeResponse(new MemoryStream(Encode(Text, "gzip")), 1, 200, "content-encoding", "gzip")
            : new FakeResponse($"{request.BodyLength}:{(await new StreamReader(request.BodyStream!).ReadToEndAsync(cancellation)).Length}"));
        await using var worker = await TestWorker.HandlingAsync(
            "const { body } = await fetch('http://origin/'); return fetch('http://origin/', { method: 'POST', body })", channel: channel);
        Assert.Equal($"200 :{Text.Length}", (await worker.GetAsync()).ToString());
    }

    private static FakeChannel Answering(byte[] body, string coding, int status = 200) => new((_, _) =>
        Task.FromResult(new FakeResponse(new MemoryStream(body), body.Length, status, "content-encoding", coding, "content-length", $"{body.Length}")));

    private static TestRequest Accepting(string? codings) => new() { Headers = codings is null ? [] : ["accept-encoding", codings] };

    private static byte[] Encode(string text, string codings) => codings.Split(", ").Aggregate(Encoding.UTF8.GetBytes(text), static (bytes, coding) =>
    {
        using MemoryStream coded = new();
        using (Stream encoder = coding.ToLowerInvariant() switch
        {
            "gzip" => new GZipStream(coded, CompressionMode.Compress, leaveOpen: true),
            "br" => new BrotliStream(coded, CompressionMode.Compress, leaveOpen: true),
            _ => new ZLibStream(coded, CompressionMode.Compress, leaveOpen: true),
        })
        {
            encoder.Write(bytes);
        }

        return coded.ToArray();
    });

    private static string Decode(byte[] bytes, string coding)
    {
        using MemoryStream coded = new(bytes);
        using Stream decoder = coding == "br" ? new BrotliStream(coded, CompressionMode.Decompress) : new GZipStream(coded, CompressionMode.Decompress);
        using StreamReader reader = new(decoder);
        return reader.ReadToEnd();
    }
}
