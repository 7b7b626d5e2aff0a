namespace Skep.Edge.Errors;

/// <summary>What a visitor sees of a failure: the number, no code.</summary>
internal static class ErrorPage
{
    /// <summary>For API clients, in Cloudflare's words.</summary>
    public static string Text(ErrorDescription error, string? detail = null) =>
        detail is null ? $"error code: {error.Number}" : $"error code: {error.Number}\n\n{detail}\n";

    /// <summary>For browsers.</summary>
    public static string Html(ErrorDescription error, string host, string ray, DateTimeOffset now, string? detail = null) => PageStyle.Document(
        $"{error.Title} | {host}",
        $"""
        <div class="tag">Error {error.Number}</div>
        <h1>{Errors.Html.Encode(error.Title)}</h1>
        <p>{Errors.Html.Encode(detail ?? error.Explanation)}</p>
        <p class="dim">{Advice(error)}</p>
        <dl><dt>Host</dt><dd>{Errors.Html.Encode(host)}</dd><dt>Ray ID</dt><dd>{ray}</dd><dt>Time</dt><dd>{now:yyyy-MM-dd HH:mm:ss} UTC</dd></dl>
        """);

    private static string Advice(ErrorDescription error) => error.Status switch
    {
        < 500 => "The request was not passed on.",
        >= 520 => "If you are visiting this site, try again in a few minutes. If you are its owner, look at the server behind it, and whether it can be reached from here.",
        _ => "If you are visiting this site, try again in a few minutes. If you are its owner, look at the worker's logs for the Ray ID.",
    };
}
