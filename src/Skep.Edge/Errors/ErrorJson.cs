using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Skep.Edge.Errors;

/// <summary>An error for programs that ask for JSON (https://www.rfc-editor.org/rfc/rfc9457, with Cloudflare's further members).</summary>
internal static class ErrorJson
{
    private static readonly JsonWriterOptions _options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(ErrorDescription error, string host, string ray, DateTimeOffset now, string? detail = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, _options))
        {
            json.WriteStartObject();
            json.WriteString("type", Type(error));
            json.WriteString("title", $"Error {error.Number}: {error.Title}");
            json.WriteNumber("status", error.Status);
            json.WriteString("detail", detail ?? error.Explanation);
            json.WriteString("instance", ray);
            json.WriteNumber("error_code", error.Number);
            json.WriteString("ray_id", ray);
            json.WriteString("timestamp", now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteString("zone", host);
            json.WriteBoolean("cloudflare_error", true);
            json.WriteBoolean("retryable", error.IsTransient);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static string Type(ErrorDescription error) => error.Number switch
    {
        >= 1000 => $"https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/error-{error.Number}/",
        >= 520 => $"https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-5xx-errors/error-{error.Number}/",
        _ => "about:blank",
    };
}
