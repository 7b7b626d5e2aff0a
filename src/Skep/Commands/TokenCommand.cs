using System.Collections.Immutable;
using Skep.Abstractions.Catalog;
using Skep.CommandLine;
using Skep.Hosting;
using Skep.Output;

namespace Skep.Commands;

/// <summary><c>skep token</c>: the keys to the control plane.</summary>
internal static class TokenCommand
{
    private delegate Task Action(DataFolder data, ParsedArguments arguments, Terminal terminal);

    private static readonly Dictionary<string, Action> _actions = new(StringComparer.Ordinal)
    {
        ["create"] = CreateAsync,
        ["list"] = ListAsync,
        ["revoke"] = RevokeAsync,
    };

    public static async Task RunAsync(ParsedArguments arguments, Terminal terminal)
    {
        if (arguments.Argument is not { } name || !_actions.TryGetValue(name, out var action))
            throw new UsageException($"Say what to do: skep token {string.Join("|", _actions.Keys)}.");
        var folder = DataArguments.Folder(arguments);
        if (!Directory.Exists(folder)) throw new UsageException($"--data: there is no folder {folder}; `skep serve` makes it.");
        using var data = DataFolder.Open(folder);
        await action(data, arguments, terminal);
    }

    private static async Task CreateAsync(DataFolder data, ParsedArguments arguments, Terminal terminal)
    {
        var access = arguments.Has("read-only") ? TokenAccess.Read : TokenAccess.Edit;
        ImmutableArray<string> scripts = [.. arguments.Values("worker")];
        var (token, secret) = await data.CreateTokenAsync(arguments.Value("name") ?? "unnamed", access, scripts, TimeProvider.System.GetUtcNow());
        await terminal.WriteAsync(style => $"{style.Bold(token.Name)} {Describe(token)} {style.Dim(token.Id)}\nCLOUDFLARE_API_TOKEN={secret}   {style.Yellow("# shown this once")}");
        if (!token.Scripts.IsEmpty) return;
        // As with Cloudflare, so that one token is enough.
        await terminal.WriteAsync(style =>
            $"{style.Dim("for S3 clients of R2 buckets, at the address of the API without a path:")}\nAWS_ACCESS_KEY_ID={token.Id}\nAWS_SECRET_ACCESS_KEY={Convert.ToHexStringLower(token.Hash)}   {style.Yellow("# shown this once")}");
    }

    private static async Task ListAsync(DataFolder data, ParsedArguments arguments, Terminal terminal)
    {
        foreach (var token in await data.Catalog.ListTokensAsync())
            await terminal.WriteAsync(style => $"{token.Id}  {token.CreatedOn:yyyy-MM-dd HH:mm}  {style.Bold(token.Name)} {Describe(token)}");
    }

    private static async Task RevokeAsync(DataFolder data, ParsedArguments arguments, Terminal terminal)
    {
        var id = arguments.Value("id") ?? throw new UsageException("--id ID is missing: `skep token list` shows the tokens.");
        var audit = new AuditEntry(TimeProvider.System.GetUtcNow(), DataFolder.Operator, "token.revoke", id);
        if (!await data.Catalog.RevokeTokenAsync(id, audit)) throw new UsageException($"There is no token {id}: `skep token list` shows those there are.");
        await terminal.WriteAsync(_ => $"{id} opens nothing any more.");
    }

    private static string Describe(ApiToken token) =>
        (token.Access == TokenAccess.Read ? "may read" : "may edit") + (token.Scripts.IsEmpty ? "" : $" {string.Join(", ", token.Scripts)} only");
}
