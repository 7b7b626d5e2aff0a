using System.Text.Json.Nodes;
using Skep.Control.Envelopes;

namespace Skep.Control.Objects;

/// <summary>Which pages of other origins may read a bucket (https://developers.cloudflare.com/r2/buckets/cors/).</summary>
internal sealed class CorsRules
{
    private const int MostRules = 100;

    private static readonly HashSet<string> Methods = new(StringComparer.Ordinal) { "GET", "PUT", "POST", "DELETE", "HEAD" };

    private readonly List<Rule> _rules;

    private CorsRules(List<Rule> rules) => _rules = rules;

    /// <summary>Reads the rules.</summary>
    /// <exception cref="ApiException">They are malformed.</exception>
    public static CorsRules Parse(JsonArray rules)
    {
        if (rules.Count > MostRules) throw ApiException.BadRequest($"A bucket has at most {MostRules} CORS rules.");
        return new([.. rules.Objects("rules").Select(Read)]);
    }

    /// <summary>The rule that a request falls under, or null.</summary>
    /// <param name="origin">The page's origin.</param>
    /// <param name="method">The method of the request itself.</param>
    /// <param name="headers">The headers that it wants to send.</param>
    public Rule? Find(string origin, string method, IEnumerable<string> headers) =>
        _rules.FirstOrDefault(rule => rule.Methods.Contains(method) && rule.Origins.Any(allowed => Fits(allowed, origin))
            && headers.All(header => rule.Headers.Any(allowed => Fits(allowed, header))));

    private static Rule Read(JsonObject rule)
    {
        var allowed = rule.OptionalObject("allowed") ?? throw ApiException.BadRequest("A CORS rule has no \"allowed\": { \"origins\", \"methods\" }.");
        List<string> methods = [.. allowed.OptionalArray("methods").Strings("methods")];
        List<string> origins = [.. allowed.OptionalArray("origins").Strings("origins")];
        if (methods.Count == 0 || origins.Count == 0) throw ApiException.BadRequest("A CORS rule needs at least one of \"allowed.origins\" and of \"allowed.methods\".");
        if (methods.FirstOrDefault(method => !Methods.Contains(method)) is { } unknown) throw ApiException.BadRequest($"\"{unknown}\" is no method of a CORS rule. Use {string.Join(", ", Methods)}.");
        return new Rule(
            origins,
            methods,
            [.. allowed.OptionalArray("headers").Strings("headers")],
            [.. rule.OptionalArray("exposeHeaders").Strings("exposeHeaders")],
            (int?)rule.OptionalNumber("maxAgeSeconds"));
    }

    // One star stands for anything.
    private static bool Fits(string allowed, string given)
    {
        var star = allowed.IndexOf('*', StringComparison.Ordinal);
        if (star < 0) return allowed.Equals(given, StringComparison.OrdinalIgnoreCase);
        return given.Length >= allowed.Length - 1
            && given.StartsWith(allowed[..star], StringComparison.OrdinalIgnoreCase) && given.EndsWith(allowed[(star + 1)..], StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>One rule.</summary>
    internal sealed record Rule(List<string> Origins, List<string> Methods, List<string> Headers, List<string> Exposed, int? MaxAge);
}
