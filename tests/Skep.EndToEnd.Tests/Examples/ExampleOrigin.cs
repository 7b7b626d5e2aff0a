using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Skep.EndToEnd.Tests.Examples;

/// <summary>The server behind an example, as its origin.json describes it.</summary>
internal sealed class ExampleOrigin : IAsyncDisposable
{
    private readonly WebApplication application;

    private ExampleOrigin(WebApplication application) => this.application = application;

    /// <summary>Its URL.</summary>
    public string Url => application.Urls.First();

    public static async Task<ExampleOrigin> Start(IReadOnlyList<ExampleRoute> routes)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var server = builder.Build();
        server.Run(context => Answer(routes, context));
        await server.StartAsync();
        return new ExampleOrigin(server);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static async Task Answer(IReadOnlyList<ExampleRoute> routes, HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var reply = routes.FirstOrDefault(route => route.Method == request.Method && route.Path == target)?.Reply;
        response.StatusCode = reply?.Status ?? StatusCodes.Status501NotImplemented;
        if (reply is null) return;

        foreach (var (name, value) in reply.Headers) response.Headers[name] = value;
        foreach (var name in reply.Echo?.Headers ?? []) response.Headers[name] = request.Headers[name];
        if (reply.Echo is { Body: true }) await request.Body.CopyToAsync(response.Body);
        foreach (var chunk in reply.Chunks)
        {
            await response.WriteAsync(chunk);
            await response.Body.FlushAsync();
            await Task.Delay(5); // so that the pieces arrive as pieces
        }
    }
}
