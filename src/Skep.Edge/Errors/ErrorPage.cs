namespace Skep.Edge.Errors;

/// <summary>What a visitor sees of a failed worker: the number, no code.</summary>
internal static class ErrorPage
{
    /// <summary>For API clients, in Cloudflare's words.</summary>
    public static string Text(ErrorDescription error) => $"error code: {error.Number}";

    /// <summary>For browsers.</summary>
    public static string Html(ErrorDescription error, string host, string ray, DateTimeOffset now) => PageStyle.Document(
        $"{error.Title} | {host}",
        $"""
        <div class="tag">Error {error.Number}</div>
        <h1>{Errors.Html.Encode(error.Title)}</h1>
        <p>{Errors.Html.Encode(error.Explanation)}</p>
        <p class="dim">If you are visiting this site, try again in a few minutes. If you are its owner, look at the worker's logs for the Ray ID.</p>
        <dl><dt>Host</dt><dd>{Errors.Html.Encode(host)}</dd><dt>Ray ID</dt><dd>{ray}</dd><dt>Time</dt><dd>{now:yyyy-MM-dd HH:mm:ss} UTC</dd></dl>
        """);
}
