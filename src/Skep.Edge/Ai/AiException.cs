namespace Skep.Edge.Ai;

/// <summary>A model is not there, or does not do what is asked.</summary>
/// <param name="status">An HTTP status.</param>
/// <param name="code">Cloudflare's number for it (https://developers.cloudflare.com/workers-ai/platform/errors/).</param>
/// <param name="message">Shown to the worker.</param>
internal sealed class AiException(int status, int code, string message) : Exception(message)
{
    public int Status => status;

    public int Code => code;

    public static AiException NotConfigured() =>
        new(503, 3043, "AiError: no AI endpoint is configured here. The operator has to name an OpenAI-compatible one: ai_url (SKEP_AI_URL), and ai_key if it wants one.");

    public static AiException NoModel(string model) => new(400, 5007, $"AiError: No such model {model} or task");

    public static AiException Invalid(string message) => new(400, 8001, $"AiError: Invalid input: {message}");

    public static AiException Upstream(int status, string message) => status switch
    {
        404 => new AiException(400, 5007, $"AiError: No such model: {message}"),
        429 => new AiException(429, 3040, $"AiError: Capacity temporarily exceeded, please try again. ({message})"),
        >= 400 and < 500 and not (401 or 403) => new AiException(400, 8001, $"AiError: Invalid input: {message}"),
        _ => new AiException(502, 3043, $"AiError: Internal server error: {message}"),
    };
}
