using System.Text.Json.Nodes;
using Skep.Abstractions.Catalog;

namespace Skep.Control.Calls;

/// <summary>One call of the API.</summary>
/// <param name="Method">The HTTP method; GET calls need a token that may read, all others one that may edit.</param>
/// <param name="Pattern">The path below <c>/client/v4</c>, as a route pattern. <c>{script}</c> is what tokens are scoped by.</param>
/// <param name="Handle">Answers with the envelope's <c>result</c>.</param>
internal sealed record ApiEndpoint(string Method, string Pattern, Func<ApiRequest, Task<JsonNode?>> Handle)
{
    /// <summary>Changes nothing, though its method could: a token that may read is enough.</summary>
    public bool OnlyReads { get; init; } = Method is "GET" or "HEAD";

    /// <summary>Finds the token by the SHA-256 of its secret, for a call that takes tokens of its own instead of the account's.</summary>
    public Func<ReadOnlyMemory<byte>, ValueTask<ApiToken?>>? FindToken { get; init; }

    /// <summary>Below the account: <c>/accounts/{account}</c>.</summary>
    public const string Account = "/accounts/{account}";

    /// <summary>Below a script.</summary>
    public const string Script = Account + "/workers/scripts/{script}";

    /// <summary>Below a dispatch namespace, which is looked up by its name before the call is handled.</summary>
    public const string DispatchNamespace = Account + "/workers/dispatch/namespaces/{dispatch}";

    /// <summary>Below a user Worker: a script of a dispatch namespace.</summary>
    public const string UserWorker = DispatchNamespace + "/scripts/{script}";
}
