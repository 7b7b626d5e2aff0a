namespace Skep.Output;

/// <summary>One request as a line: <c>GET /path 200  cpu 0.31 ms  wall 1.2 ms</c>.</summary>
internal static class RequestLine
{
    private const int MaxPath = 200;

    public static string Format(Style style, string? worker, string method, string path, int status, TimeSpan cpu, TimeSpan wall)
    {
        var shown = ControlCharacters.Escape(path.Length > MaxPath ? path[..MaxPath] + "…" : path, lines: false);
        var code = status switch
        {
            < 300 => style.Green(status.ToString()),
            < 400 => style.Cyan(status.ToString()),
            < 500 => style.Yellow(status.ToString()),
            _ => style.Red(status.ToString()),
        };
        var prefix = worker is null ? "" : style.Dim($"[{worker}] ");
        return $"{prefix}{style.Bold(ControlCharacters.Escape(method, lines: false))} {shown} {code} "
            + style.Dim($" cpu {Duration.Format(cpu)}  wall {Duration.Format(wall)}");
    }
}
