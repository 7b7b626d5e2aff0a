namespace Skep.Edge.Ai;

/// <summary>Where models run.</summary>
public sealed record AiOptions
{
    /// <summary>An OpenAI-compatible endpoint, such as <c>http://127.0.0.1:11434/v1</c>; null when there is none.</summary>
    public Uri? Endpoint { get; init; }

    /// <summary>What it is told as a bearer token; null for nothing.</summary>
    public string? Key { get; init; }

    /// <summary>What the endpoint calls the models that workers name. Without any entry every name goes there as it is; <c>*</c> stands for all others.</summary>
    public IReadOnlyDictionary<string, string> Models { get; init; } = new Dictionary<string, string>();

    /// <summary>How long an answer, or the next part of a streamed one, may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>What is configured as text.</summary>
    /// <param name="url">The endpoint, or null.</param>
    /// <param name="key">Its key, or null.</param>
    /// <param name="models">Each <c>MODEL=NAME</c>.</param>
    /// <exception cref="FormatException">It cannot be used; the message says why.</exception>
    public static AiOptions Read(string? url, string? key, IEnumerable<string> models)
    {
        Uri? endpoint = null;
        if (url is { Length: > 0 } && (!Uri.TryCreate(url.TrimEnd('/') + "/", UriKind.Absolute, out endpoint) || endpoint.Scheme is not ("http" or "https")))
            throw new FormatException($"\"{url}\" is no endpoint for AI; write http://127.0.0.1:11434/v1 or the like.");
        Dictionary<string, string> named = new(StringComparer.Ordinal);
        foreach (var model in models)
        {
            if (model.Split('=', 2) is not [{ Length: > 0 } from, { Length: > 0 } to]) throw new FormatException($"\"{model}\" maps no model; write @cf/meta/llama-3.1-8b-instruct=llama3.1.");
            named[from] = to;
        }

        return new AiOptions { Endpoint = endpoint, Key = string.IsNullOrEmpty(key) ? null : key, Models = named };
    }

    /// <summary>What the endpoint calls a model, or null when it has none of that name.</summary>
    public string? Find(string model) => Models.Count == 0 ? model : Models.GetValueOrDefault(model) ?? Models.GetValueOrDefault("*");
}
