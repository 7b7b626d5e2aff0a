using Skep.Abstractions.Errors;
using Skep.Edge.Errors;
using Skep.Edge.Routing;

namespace Skep.Edge.Dispatch;

/// <summary>Answers of the edge itself, as a page to browsers and as text to everyone else.</summary>
internal sealed class ErrorResponses(DispatchOptions options)
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const string HtmlText = "text/html; charset=utf-8";
    private const int KnownHostsShown = 50;

    public static Task BadRequest(KestrelFetchEvent request) =>
        Refuse(request, 400, "Bad request: the Host header and the request target do not make a URL.\n");

    public Task UrlTooLong(KestrelFetchEvent request) =>
        Refuse(request, 414, $"The URL is longer than {options.MaxUrlLength} characters.\n");

    public Task BodyTooLarge(KestrelFetchEvent request) =>
        Refuse(request, 413, $"The request body is larger than {options.MaxRequestBodyBytes} bytes.\n");

    public static Task UnknownHost(KestrelFetchEvent request, IWorkerRouter router)
    {
        string host = RequestUrl.HostName(request.Host).ToString();
        IReadOnlyList<string> known = router.KnownHosts(KnownHostsShown);
        if (WantsHtml(request))
            request.WriteText(404, HtmlText, UnknownHostPage.Html(host, known));
        else
            request.WriteText(404, PlainText, UnknownHostPage.Text(host, known));
        request.EndWithoutWorker();
        return Task.CompletedTask;
    }

    /// <summary>The worker failed before its response began.</summary>
    public void WriteFailure(KestrelFetchEvent request, WorkerError error)
    {
        ErrorDescription description = ErrorDescription.Of(error.Code);
        bool html = WantsHtml(request);
        string text;
        if (options.Development)
        {
            string stack = options.StackMapper(request.HandlingVersion, error);
            text = html
                ? DevelopmentPage.Html(description, error.Message, stack, request.Method, request.Url, request.Ray)
                : DevelopmentPage.Text(description, stack);
        }
        else
        {
            text = html
                ? ErrorPage.Html(description, request.Host, $"{request.Ray}-{options.Colo}", TimeProvider.System.GetUtcNow())
                : ErrorPage.Text(description);
        }

        request.WriteText(request.RefusedBodyStatus ?? description.Status, html ? HtmlText : PlainText, text);
    }

    private static Task Refuse(KestrelFetchEvent request, int status, string text)
    {
        request.WriteText(status, PlainText, text);
        request.EndWithoutWorker();
        return Task.CompletedTask;
    }

    private static bool WantsHtml(KestrelFetchEvent request) =>
        request.GetHeader("accept")?.Contains("text/html", StringComparison.OrdinalIgnoreCase) == true;
}
