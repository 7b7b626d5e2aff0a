namespace Skep.Edge.Errors;

/// <summary>Nothing is routed at a host: says so, and how to route something there.</summary>
internal static class UnknownHostPage
{
    public static string Text(string host, IReadOnlyList<string> known) =>
        $"No worker answers for the host \"{host}\".\n\n{Advice(known)}\n{string.Concat(known.Select(name => $"  http://{name}\n"))}";

    public static string Html(string host, IReadOnlyList<string> known) => PageStyle.Document(
        $"No worker at {host}",
        $"""
        <div class="tag">404</div>
        <h1>No worker answers for {Errors.Html.Encode(host)}</h1>
        <p>{Errors.Html.Encode(Advice(known))}</p>
        <ul>{string.Concat(known.Select(name => $"<li><code>{Errors.Html.Encode(name)}</code></li>"))}</ul>
        """);

    private static string Advice(IReadOnlyList<string> known) => known.Count == 0
        ? "No worker is loaded yet. Start one with \"skep dev <project>\", or put worker files into the directory given to \"skep serve --workers DIR\" and ask for <name>.localhost."
        : "Workers are chosen by the Host header: a worker in the file or folder \"<name>\" answers for <name>.localhost. These hosts are routed:";
}
