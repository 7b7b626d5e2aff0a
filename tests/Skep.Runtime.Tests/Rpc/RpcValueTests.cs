namespace Skep.Runtime.Tests.Rpc;

/// <summary>What crosses between workers, and as what.</summary>
public sealed class RpcValueTests
{
    // What the callee sees of an argument, in a form that JSON shows.
    private const string Show =
        """
        const show = async value => {
            if (value instanceof Map) return ['Map', ...await Promise.all([...value].map(show))];
            if (value instanceof Set) return ['Set', ...await Promise.all([...value].map(show))];
            if (value instanceof Date) return ['Date', +value];
            if (value instanceof RegExp) return ['RegExp', String(value)];
            if (value instanceof DOMException) return ['DOMException', value.name, value.message];
            if (value instanceof Error) return [value.constructor.name, value.message];
            if (value instanceof ArrayBuffer) return ['ArrayBuffer', ...new Uint8Array(value)];
            if (ArrayBuffer.isView(value)) return [value.constructor.name, ...Array.from(value, String)];
            if (value instanceof ReadableStream) return ['ReadableStream', await new Response(value).text()];
            if (value instanceof Request) return ['Request', value.method, value.url, [...value.headers], value.redirect, value.cf ?? null, await value.text()];
            if (value instanceof Response) return ['Response', value.status, value.statusText, [...value.headers], await value.text()];
            if (value instanceof Headers) return ['Headers', ...value];
            if (value instanceof File) return ['File', value.name, value.type, await value.text()];
            if (value instanceof Blob) return ['Blob', value.type, await value.text()];
            if (typeof value === 'bigint') return `${value}n`;
            if (value === undefined) return 'undefined';
            if (Object.is(value, -0)) return '-0';
            if (typeof value === 'number' && !Number.isFinite(value)) return String(value);
            if (Array.isArray(value)) return Promise.all(value.map(show));
            if (typeof value === 'object' && value !== null) return Object.fromEntries(await Promise.all(Object.entries(value).map(async ([k, v]) => [k, await show(v)])));
            return value;
        };
        """;

    [Theory]
    [InlineData("null", "null")]
    [InlineData("[undefined, -0, NaN, 1n, Infinity]", """["undefined","-0","NaN","1n","Infinity"]""")]
    [InlineData("new Map([[{ a: 1 }, new Set([1, 'x'])]])", """["Map",[{"a":1},["Set",1,"x"]]]""")]
    [InlineData("new Date(5)", """["Date",5]""")]
    [InlineData("/a+/gi", """["RegExp","/a+/gi"]""")]
    [InlineData("new RangeError('far')", """["RangeError","far"]""")]
    [InlineData("new DOMException('m', 'AbortError')", """["DOMException","AbortError","m"]""")]
    [InlineData("new Uint8Array([1, 2]).buffer", """["ArrayBuffer",1,2]""")]
    [InlineData("new Float64Array([0.5])", """["Float64Array","0.5"]""")]
    [InlineData("new BigInt64Array([7n])", """["BigInt64Array","7"]""")]
    [InlineData("new Headers({ a: '1', b: '2' })", """["Headers",["a","1"],["b","2"]]""")]
    [InlineData("new Request('http://x/p', { method: 'PUT', headers: { a: '1' }, body: 'text', redirect: 'manual', cf: { k: 1 } })", """["Request","PUT","http://x/p",[["a","1"],["content-type","text/plain;charset=UTF-8"]],"manual",{"k":1},"text"]""")]
    [InlineData("new Response('text', { status: 201, statusText: 'Made', headers: { a: '1' } })", """["Response",201,"Made",[["a","1"],["content-type","text/plain;charset=UTF-8"]],"text"]""")]
    [InlineData("new Response(null, { status: 204 })", """["Response",204,"",[],""]""")]
    [InlineData("new Response('bytes').body", """["ReadableStream","bytes"]""")]
    [InlineData("ReadableStream.from((async function* () { yield new Uint8Array([65]); await scheduler.wait(1); yield new Uint8Array([66]) })())", """["ReadableStream","AB"]""")]
    [InlineData("new Blob(['b'], { type: 'a/b' })", """["Blob","a/b","b"]""")]
    [InlineData("new File(['f'], 'n.txt', { type: 'a/b' })", """["File","n.txt","a/b","f"]""")]
    [InlineData("{ a: { b: [1, { c: new Date(1) }] }, [Symbol('s')]: 1 }", """{"a":{"b":[1,{"c":["Date",1]}]}}""")]
    [InlineData("Object.create(null, { x: { value: 1, enumerable: true }, hidden: { value: 2 } })", """{"x":1}""")]
    [InlineData("JSON.parse('{\"__proto__\":{\"polluted\":1},\"a\":1}')", """{"__proto__":{"polluted":1},"a":1}""")]
    public async Task Values_arrive_as_what_they_are(string value, string seen)
    {
        Assert.Equal($"200 {seen}", await RunAsync($"env.API.show({value})"));
        // And back again.
        Assert.Equal($"200 {seen}", await RunAsync($"show(await env.API.echo({value}))"));
    }

    [Fact]
    public async Task Shared_and_circular_references_stay_so() =>
        Assert.Equal("200 [true,true,false]", await RunAsync("(() => { const a = { list: [] }; a.self = a; a.list.push(a.list, a); return env.API.shape(a) })()", "shape(a) { return [a.self === a, a.list[0] === a.list && a.list[1] === a, 'other' in a] }"));

    [Fact]
    public async Task Holes_in_arrays_stay_holes() =>
        Assert.Equal("200 [4,false,true]", await RunAsync("env.API.shape([1, , 3, ,])", "shape(a) { return [a.length, 1 in a, 2 in a] }"));

    [Theory]
    [InlineData("new (class Point { x = 1 })()", "Could not serialize object of type \\\"Point\\\". This type does not support serialization.")]
    [InlineData("Promise.resolve()", "Could not serialize object of type \\\"Promise\\\". This type does not support serialization.")]
    [InlineData("new WeakMap()", "Could not serialize object of type \\\"WeakMap\\\". This type does not support serialization.")]
    [InlineData("new URL('http://x')", "Could not serialize object of type \\\"URL\\\". This type does not support serialization.")]
    [InlineData("new AbortController().signal", "Could not serialize object of type \\\"AbortSignal\\\". This type does not support serialization.")]
    [InlineData("env.API.echo(1)", "Could not serialize object of type \\\"RpcPromise\\\". This type does not support serialization.")]
    [InlineData("new Proxy(new Date(), {})", "Proxy could not be serialized because it is not a valid RPC receiver type.")]
    [InlineData("Symbol('s')", "Symbol(s) could not be cloned.")]
    [InlineData("{ deep: [new (class Deep {})()] }", "Could not serialize object of type \\\"Deep\\\". This type does not support serialization.")]
    public async Task What_cannot_cross_is_a_DataCloneError(string value, string message) =>
        Assert.StartsWith("200 [\"DataCloneError\",\"" + message, await RunAsync($"env.API.echo({value}).then(() => 'sent', error => [error.name, error.message])"), StringComparison.Ordinal);

    [Fact]
    public async Task A_result_that_cannot_cross_is_an_error_of_the_other_worker() =>
        Assert.Equal("200 [\"DataCloneError\",true]", await RunAsync("env.API.bad().catch(error => [error.name, error.remote])", "bad() { return new (class Point {})() }"));

    [Fact]
    public async Task Messages_have_a_limit() =>
        Assert.StartsWith(
            "200 [\"Serialized RPC arguments or return values are limited to 32MiB, but the size of this value was: 3355",
            await RunAsync("[await env.API.echo(new Uint8Array(32 << 20)).catch(error => error.message), await env.API.big().catch(error => error.message.slice(0, 10))]", "big() { return new Uint8Array(33 << 20) }"),
            StringComparison.Ordinal);

    [Fact]
    public async Task A_writable_stream_is_written_by_the_other_worker() =>
        Assert.Equal("200 \"written\"", await RunAsync(
            "(async () => { const { readable, writable } = new TransformStream(); const done = env.API.write(writable); const text = await new Response(readable).text(); await done; return text })()",
            "async write(stream) { const writer = stream.getWriter(); await writer.write(new TextEncoder().encode('writ')); await writer.write(new TextEncoder().encode('ten')); await writer.close() }"));

    [Fact]
    public async Task A_stream_that_is_returned_goes_on_after_the_call() =>
        Assert.Equal("200 \"0123\"", await RunAsync(
            "env.API.numbers().then(stream => new Response(stream).text())",
            "numbers() { return ReadableStream.from((async function* () { for (let i = 0; i < 4; i++) { await scheduler.wait(1); yield new TextEncoder().encode(String(i)) } })()) }"));

    [Fact]
    public async Task A_response_that_another_worker_returned_is_the_clients_answer()
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", "import { WorkerEntrypoint } from 'cloudflare:workers'; export default class extends WorkerEntrypoint { page() { return new Response('page', { headers: { 'x-a': '1' } }) } }");
        var front = await cluster.DeployAsync("front", "export default { fetch: (request, env) => env.API.page() }", bindings: ("API", "api"));
        var response = await front.GetAsync();
        Assert.Equal("200 page", response.ToString());
        Assert.Equal("1", response.Header("x-a"));
    }

    [Fact]
    public async Task Getters_of_arguments_run_once_and_where_they_are() =>
        Assert.Equal("200 [{\"x\":1},1]", await RunAsync("(async () => { let runs = 0; const seen = await env.API.echo({ get x() { return ++runs } }); return [seen, runs] })()"));

    private static async Task<string> RunAsync(string expression, string methods = "")
    {
        await using TestCluster cluster = new();
        await cluster.DeployAsync("api", $$"""
            import { WorkerEntrypoint } from "cloudflare:workers";
            {{Show}}
            export default class extends WorkerEntrypoint { show(value) { return show(value) } echo(value) { return value } {{methods}} }
            """);
        var front = await cluster.DeployAsync("front", $$"""{{Show}} export default { async fetch(request, env) { return Response.json(await {{expression}}) } }""", bindings: ("API", "api"));
        return (await front.GetAsync()).ToString();
    }
}
