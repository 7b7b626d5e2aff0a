using Skep.Abstractions.Errors;
using Skep.Edge.Errors;
using Skep.Edge.Routing;

namespace Skep.Edge.Dispatch;

/// <summary>Answers of the edge itself: a page to browsers, JSON to those who ask for it, text to everyone else.</summary>
internal sealed class ErrorResponses(DispatchOptions options)
{
    private const string PlainText = "text/plain; charset=utf-8";
    private const string HtmlText = "text/html; charset=utf-8";
    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";
    private const int KnownHostsShown = 50;

    /// <summary>What follows on the connection may belong to the request or be another one: nothing more is read.</summary>
    public static Task BadRequest(KestrelFetchEvent request)
    {
        request.CloseConnection();
        request.WriteText(400, PlainText, "Bad request: the Host header and the request target do not make a URL, or the length of the body is told twice.\n");
        request.EndWithoutWorker();
        return Task.CompletedTask;
    }

    public Task UrlTooLong(KestrelFetchEvent request) =>
        Refuse(request, ErrorDescription.UriTooLong, $"The URL is longer than {options.MaxUrlLength} characters.");

    public Task BodyTooLarge(KestrelFetchEvent request) =>
        Refuse(request, ErrorDescription.PayloadTooLarge, $"The request body is larger than {options.MaxRequestBodyBytes} bytes.");

    public static Task UnknownHost(KestrelFetchEvent request, IWorkerRouter router)
    {
        string host = RequestUrl.HostName(request.Host).ToString();
        IReadOnlyList<string> known = router.KnownHosts(KnownHostsShown);
        if (Format(request) == ErrorFormat.Html)
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
        int? status = request.RefusedBodyStatus;
        ErrorFormat format = Format(request);
        if (!options.Development || format == ErrorFormat.Json)
        {
            Write(request, description, status, options.Development ? options.StackMapper(request.HandlingVersion, error) : null);
            return;
        }

        string stack = options.StackMapper(request.HandlingVersion, error);
        string text = format == ErrorFormat.Html
            ? DevelopmentPage.Html(description, error.Message, stack, request.Method, request.Url, request.Ray)
            : DevelopmentPage.Text(description, stack);
        request.WriteText(status ?? description.Status, format == ErrorFormat.Html ? HtmlText : PlainText, text);
    }

    /// <summary>The origin behind a zone failed before its response began.</summary>
    /// <param name="request">The request.</param>
    /// <param name="description">How.</param>
    /// <param name="detail">The cause, for whoever runs the zone; shown in development only.</param>
    public void WriteOriginFailure(KestrelFetchEvent request, ErrorDescription description, string? detail) =>
        Write(request, description, null, options.Development ? detail : null);

    private static ErrorFormat Format(KestrelFetchEvent request)
    {
        if (request.GetHeader("accept") is not { } accept)
            return ErrorFormat.Text;
        if (accept.Contains("text/html", StringComparison.OrdinalIgnoreCase))
            return ErrorFormat.Html;
        return accept.Contains(Json, StringComparison.OrdinalIgnoreCase) || accept.Contains(ProblemJson, StringComparison.OrdinalIgnoreCase) ? ErrorFormat.Json : ErrorFormat.Text;
    }

    private Task Refuse(KestrelFetchEvent request, ErrorDescription description, string detail)
    {
        Write(request, description, null, detail);
        request.EndWithoutWorker();
        return Task.CompletedTask;
    }

    private void Write(KestrelFetchEvent request, ErrorDescription description, int? status, string? detail)
    {
        string ray = $"{request.Ray}-{options.Colo}";
        DateTimeOffset now = TimeProvider.System.GetUtcNow();
        (string type, string text) = Format(request) switch
        {
            ErrorFormat.Html => (HtmlText, ErrorPage.Html(description, request.Host, ray, now, detail)),
            ErrorFormat.Json => (
                request.GetHeader("accept")!.Contains(ProblemJson, StringComparison.OrdinalIgnoreCase) ? ProblemJson : Json,
                ErrorJson.Write(description, request.Host, ray, now, detail)),
            _ => (PlainText, ErrorPage.Text(description, detail)),
        };
        request.WriteText(status ?? description.Status, type, text);
    }
}
